using InterestService.Api.Exports;
using InterestService.Api.Hosting.OpenApi;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>Describes exports in the OpenAPI document: all formats, with examples of those that are text.</summary>
internal static class ExportExamples
{
    public static readonly (string Ndjson, string Csv) Assignments = (
        """{"userId":"u1042","clusterId":7,"label":"Hiking · Tents","confidence":0.93,"distance":0.31,"noise":false,"strength":null,"source":"batch","assignedAt":"2026-11-02T09:15:00Z","memberships":[{"clusterId":7,"probability":0.93},{"clusterId":2,"probability":0.07}]}""",
        """
        user_id,cluster_id,label,confidence,distance,noise,strength,source,assigned_at,memberships
        u1042,7,Hiking · Tents,0.93,0.31,false,,batch,2026-11-02T09:15:00Z,"[{""clusterId"":7,""probability"":0.93},{""clusterId"":2,""probability"":0.07}]"

        """);

    public static readonly (string Ndjson, string Csv) Clusters = (
        """{"clusterId":7,"label":"Hiking · Tents","generatedLabel":"Hiking · Tents","note":null,"users":4210,"share":0.084,"cohesion":0.71,"persistence":null,"topCategories":[{"name":"Hiking","lift":6.4,"share":0.38}],"topItems":[{"itemId":"o-118","title":"Trail tent","lift":8.2,"share":0.04,"users":913}],"topTerms":[{"name":"trail","lift":7.1,"share":0.12}],"topCommunities":[],"medoids":["u1042"]}""",
        """
        cluster_id,label,generated_label,note,users,share,cohesion,persistence,top_categories,top_items,top_terms,top_communities,medoids
        7,Hiking · Tents,Hiking · Tents,,4210,0.084,0.71,,"[{""name"":""Hiking"",""lift"":6.4,""share"":0.38}]","[{""itemId"":""o-118"",""title"":""Trail tent"",""lift"":8.2,""share"":0.04,""users"":913}]","[{""name"":""trail"",""lift"":7.1,""share"":0.12}]",[],"[""u1042""]"

        """);

    public static readonly (string Ndjson, string Csv) Interests = (
        """{"userId":"u1042","dimension":"category","name":"Hiking","title":null,"intensity":0.82,"sentiment":0.4,"lift":6.4,"events":17,"lastSeen":"2026-11-02T09:15:00Z"}""",
        """
        user_id,dimension,name,title,intensity,sentiment,lift,events,last_seen
        u1042,category,Hiking,,0.82,0.4,6.4,17,2026-11-02T09:15:00Z

        """);

    /// <summary>Declares the bodies and problems of an export.</summary>
    public static RouteHandlerBuilder ExportsTable(this RouteHandlerBuilder route, (string Ndjson, string Csv) examples) => route
        .Produces<string>(StatusCodes.Status200OK, ExportFormat.Ndjson.MediaType, [.. ExportFormat.All.Skip(1).Select(format => format.MediaType)])
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status406NotAcceptable).ProducesProblem(StatusCodes.Status409Conflict)
        .WithMetadata(new BinaryBodies([ExportFormat.Parquet.MediaType, ExportFormat.Arrow.MediaType]))
        .WithExample(StatusCodes.Status200OK, examples.Ndjson, ExportFormat.Ndjson.MediaType)
        .WithExample(StatusCodes.Status200OK, examples.Csv, ExportFormat.Csv.MediaType);
}
