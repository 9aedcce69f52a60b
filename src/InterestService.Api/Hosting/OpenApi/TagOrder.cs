using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Describes the tags, in the order of the work. An operation has one of them.</summary>
internal sealed class TagOrder : IDocumentFilter
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
        ("Operations", "How the published clustering ages."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var used = swaggerDoc.Paths.SelectMany(path => path.Value.Operations!.Values).SelectMany(operation => operation.Tags!).Select(tag => tag.Name!).ToHashSet();
        if (used.Except(_tags.Select(tag => tag.Name)).FirstOrDefault() is { } unknown)
            throw new InvalidOperationException($"The tag {unknown} has no description.");
        swaggerDoc.Tags = new HashSet<OpenApiTag>(_tags.Where(tag => used.Contains(tag.Name)).Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }));
    }
}
