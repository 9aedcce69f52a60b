using InterestService.Api.Exports;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>What a clustering found, as tables for other programs.</summary>
internal static class ClusteringExportsApi
{
    private const string NdjsonExample =
        """{"userId":"u1042","clusterId":7,"label":"Hiking · Tents","confidence":0.93,"distance":0.31,"noise":false,"strength":null,"source":"batch","assignedAt":"2026-11-02T09:15:00Z"}""";

    private const string CsvExample =
        "user_id,cluster_id,label,confidence,distance,noise,strength,source,assigned_at\nu1042,7,Hiking · Tents,0.93,0.31,false,,batch,2026-11-02T09:15:00Z\n";

    public static void MapClusteringExports(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/clusterings/{id:guid}/assignments", Assignments).WithTags("Clusterings").RequireScope(Scopes.ReadInterests)
            .Produces<string>(200, ExportFormat.Ndjson.MediaType, [.. ExportFormat.All.Skip(1).Select(format => format.MediaType)])
            .ProducesProblem(404).ProducesProblem(406).ProducesProblem(409)
            .WithMetadata(new BodyExample(200, ExportFormat.Ndjson.MediaType, NdjsonExample), new BodyExample(200, ExportFormat.Csv.MediaType, CsvExample));

    /// <summary>Export the cluster of every user</summary>
    /// <remarks>
    /// A row for each person, in no particular order, published or not: joined ids once, and neither erased users nor those who opted out. `Accept`
    /// chooses the format: NDJSON (the default), CSV, Apache Parquet or the Apache Arrow stream; names are in camelCase in JSON and in snake_case
    /// elsewhere. The rows are those of one moment and are streamed; an error on the way ends the connection. Confidence is the probability of the
    /// cluster, distance that of the user's vector to its centroid (0 to 2), strength that of HDBSCAN. Source is `batch` for the clustering's own
    /// run and `incremental` for users whom its model placed later.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The rows.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="406">`Accept` names none of the formats.</response>
    /// <response code="409">It has not succeeded.</response>
    private static async Task<Results<ProblemHttpResult, EmptyHttpResult>> Assignments(
        Guid id, HttpContext http, InterestDbContext context, NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (ExportFormat.Choose(http.Request) is not { } format) return ExportFormat.NotAcceptable();
        if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } clustering) return ClusteringsApi.NotFound(id);
        if (clustering.State != JobState.Succeeded) return ClusteringsApi.NotSucceeded(clustering);
        var rows = AssignmentRows.ReadAsync(database, clustering, cancellation);
        await new ExportResult(format, $"assignments-{id}", AssignmentRows.Schema, rows).ExecuteAsync(http);
        return TypedResults.Empty;
    }
}
