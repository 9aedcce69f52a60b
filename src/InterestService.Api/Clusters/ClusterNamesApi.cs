using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Clusters;

/// <summary>Names and notes that analysts give clusters.</summary>
internal static class ClusterNamesApi
{
    public static void AddClusterNames(this IServiceCollection services) => services.AddSingleton<ClusterNaming>();

    public static void MapClusterNames(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/clusters/{id}").WithTags("Clusters").RequireScope(Scopes.WriteClusterings);
        group.MapPatch("/", Change).WithName("changeCluster").AnswersForAllUsers().ProducesProblem(404)
            .WithRequestExample(new { Label = "Weekend hikers", Note = "Checked with the shop team." })
            .WithInvalidExample("label", "Expected 1 to 256 characters, not blank and without control characters, or null.")
            .WithExample(200, PublishedExamples.Cluster with { Label = "Weekend hikers", Note = "Checked with the shop team." });
        group.MapDelete("/label", RemoveLabel).WithName("removeClusterLabel").ProducesProblem(404);
    }

    /// <summary>Name a cluster</summary>
    /// <remarks>
    /// The name stands in place of the generated label in every answer, at every replica within a second or two. Name and note belong to the id of the
    /// cluster: they stay through re-clusterings, publishes and rollbacks. A field that is absent is not changed; null removes it.
    /// </remarks>
    /// <param name="id">Of the cluster.</param>
    /// <response code="200">The cluster with its name and note.</response>
    /// <response code="400">A text is not valid; `errors` names the field.</response>
    /// <response code="404">The published clustering has no such cluster.</response>
    private static async Task<Results<Ok<ClusterResponse>, ValidationProblem, ProblemHttpResult>> Change(
        int id, ChangeClusterRequest request, HttpContext http, ClusterNaming naming, CancellationToken cancellation)
    {
        var errors = request.Validate();
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);
        return await naming.ChangeAsync(new ClusterId(id), request, http.CallerName(), cancellation) is { } cluster
            ? TypedResults.Ok(cluster)
            : PublishedProblems.NoSuchCluster(id);
    }

    /// <summary>Give a cluster its generated label back</summary>
    /// <remarks>Removes the analyst's name; the note stays. A cluster without a name remains as it is.</remarks>
    /// <param name="id">Of the cluster.</param>
    /// <response code="204">The cluster shows its generated label.</response>
    /// <response code="404">The published clustering has no such cluster.</response>
    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveLabel(
        int id, HttpContext http, ClusterNaming naming, CancellationToken cancellation) =>
        await naming.ChangeAsync(new ClusterId(id), new ChangeClusterRequest { Label = null }, http.CallerName(), cancellation) is null
            ? PublishedProblems.NoSuchCluster(id)
            : TypedResults.NoContent();
}

/// <summary>What an analyst writes of a cluster. A field that is absent is not changed; null removes it.</summary>
public sealed class ChangeClusterRequest
{
    /// <summary>The name, 1 to 256 characters, not blank and without control characters. Spaces around it are removed.</summary>
    public string? Label
    {
        get;
        init
        {
            field = value?.Trim();
            ChangesLabel = true;
        }
    }

    /// <summary>The note; the same rules apply.</summary>
    public string? Note
    {
        get;
        init
        {
            field = value?.Trim();
            ChangesNote = true;
        }
    }

    internal bool ChangesLabel { get; private init; }

    internal bool ChangesNote { get; private init; }

    /// <summary>Returns the errors by field; none when the texts are valid.</summary>
    internal Dictionary<string, string[]> Validate()
    {
        var errors = new Dictionary<string, string[]>();
        foreach (var (field, text) in new[] { ("label", Label), ("note", Note) })
        {
            if (text is not null && !IdText.IsLine(text))
                errors[field] = [$"Expected 1 to {IdText.MaxLength} characters, not blank and without control characters, or null."];
        }

        return errors;
    }
}
