using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Describes the tags and brings them, and the paths of each, in the order of the work.</summary>
internal sealed class OrderOfWork : IDocumentFilter
{
    private static readonly (string Name, string Description)[] _tags =
    [
        ("Ingestion", "Upload events, items, known groups of users, and which ids belong to one person."),
        ("Clusterings", "Start a clustering, follow it, see how good it is, compare it with another one and publish it."),
        ("Comparisons", "Compare encoders and algorithms on the same events."),
        ("Clusters", "The clusters of the published clustering, their users and items, and the names that analysts give them."),
        ("Users", "Which cluster a user is in, now and before, and what the user is interested in."),
        ("Recommendations", "What to show a user next, and why the user is in a cluster."),
        ("Feedback", "What became of recommendations."),
        ("Privacy", "Opt-outs and the erasure of users."),
        ("Operations", "How the published clustering ages, who may call, and who did what."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var paths = swaggerDoc.Paths.OrderBy(path => path.Value.Operations!.Values.Min(Position)).ThenBy(path => path.Key.Count(c => c == '/')).ToList();
        swaggerDoc.Paths.Clear();
        foreach (var (path, operations) in paths) swaggerDoc.Paths.Add(path, operations);
        var used = paths.SelectMany(path => path.Value.Operations!.Values).Select(Position).ToHashSet();
        swaggerDoc.Tags = new HashSet<OpenApiTag>(
            _tags.Where((_, position) => used.Contains(position)).Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
    }

    /// <summary>Returns the position of an operation's tag.</summary>
    /// <exception cref="InvalidOperationException">It has several tags, or one without a description.</exception>
    private static int Position(OpenApiOperation operation)
    {
        string tag = operation.Tags?.Count == 1 ? operation.Tags.Single().Name! : "";
        int position = Array.FindIndex(_tags, known => known.Name == tag);
        return position >= 0 ? position : throw new InvalidOperationException($"{operation.OperationId} needs one of the tags that {nameof(OrderOfWork)} describes.");
    }
}
