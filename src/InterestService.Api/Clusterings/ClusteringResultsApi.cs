using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Evaluation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>Results of a clustering (metrics, the choice of the number of clusters, merges) and their publishing.</summary>
internal static class ClusteringResultsApi
{
    public static void MapClusteringResults(this IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/clusterings/{id}").WithTags("Clusterings").RequireScope(Scopes.ReadInterests, Scopes.WriteClusterings);
        read.MapGet("/metrics", Metrics).WithName("getMetrics").ProducesProblem(404).ProducesProblem(409).WithExample(200, PublishedExamples.Metrics);
        read.MapGet("/selection", Selection).WithName("getSelection").ProducesProblem(404).WithExample(200, ClusteringExamples.Selection);
        read.MapGet("/tree", Tree).WithName("getTree").ProducesProblem(404).WithExample(200, ClusteringExamples.Tree);

        var write = routes.MapGroup("/clusterings/{id}").WithTags("Clusterings").RequireScope(Scopes.WriteClusterings);
        write.MapPost("/publish", Publish).WithName("publishClustering").ProducesProblem(404).ProducesProblem(409).WithExample(200, ClusteringExamples.Succeeded);
    }

    /// <summary>Get the metrics of a clustering</summary>
    /// <remarks>How well its clusters are separated, and how the training went.</remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The figures.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="409">It has not succeeded.</response>
    private static async Task<Results<Ok<ClusteringMetrics>, ProblemHttpResult>> Metrics(Guid id, InterestDbContext context, CancellationToken cancellation)
    {
        if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } clustering) return ClusteringsApi.NotFound(id);
        return clustering is { State: JobState.Succeeded, Metrics: { } metrics } ? TypedResults.Ok(metrics) : ClusteringsApi.NotSucceeded(clustering);
    }

    /// <summary>See how the number of clusters was chosen</summary>
    /// <remarks>
    /// Of a clustering with `"clusters": "auto"`: every candidate with its silhouette, stability and prediction strength, on a sample of the users,
    /// and the reason of the choice, which is one cluster where there is no structure.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The candidates and the choice.</response>
    /// <response code="404">The clustering does not exist, or its number of clusters was not chosen.</response>
    private static async Task<Results<Ok<ClusterCountChoice>, ProblemHttpResult>> Selection(Guid id, InterestDbContext context, CancellationToken cancellation)
    {
        if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } clustering) return ClusteringsApi.NotFound(id);
        return clustering is { State: JobState.Succeeded, Selection: { } selection }
            ? TypedResults.Ok(selection)
            : TypedResults.Problem(statusCode: 404, title: "The number of clusters was not chosen.", detail: "It was given, or found by the algorithm, or the clustering has not succeeded.");
    }

    /// <summary>See the merges of a hierarchical clustering</summary>
    /// <remarks>
    /// Node n below the number of leaves is a leaf, node leaves + i what merge i made; heights never fall. Cutting the tree into k
    /// clusters undoes the last k - 1 merges, so these are all that is needed to look at its top.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <param name="clusters" example="10">Only the merges above the cut into so many clusters; without it all.</param>
    /// <response code="200">The merges, the lowest first.</response>
    /// <response code="404">The clustering does not exist, or it is not agglomerative.</response>
    private static async Task<Results<Ok<MergeTreeResponse>, ValidationProblem, ProblemHttpResult>> Tree(
        Guid id, InterestDbContext context, CancellationToken cancellation, int? clusters = null)
    {
        var trees = context.MergeTrees.AsNoTracking().Where(t => t.ClusteringId == id && context.Clusterings.Any(c => c.Id == id));
        if (await trees.SingleOrDefaultAsync(cancellation) is not { } tree)
            return TypedResults.Problem(statusCode: 404, title: "The clustering has no tree.", detail: $"There is no agglomerative clustering with the id {id} that has succeeded.");
        int leaves = tree.Merges.Length + 1;
        if (clusters is < 1 || clusters > leaves) return Problems.Invalid("clusters", $"Expected 1 to {leaves}, found {clusters}.");
        return TypedResults.Ok(new MergeTreeResponse(leaves, clusters is null ? tree.Merges : tree.Merges[^(clusters.Value - 1)..]));
    }

    /// <summary>Publish a clustering</summary>
    /// <remarks>Lookups answer from it within a second, everywhere. Publishing an earlier one is the rollback.</remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">It is published.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="409">It has not succeeded.</response>
    private static async Task<Results<Ok<ClusteringResponse>, ProblemHttpResult>> Publish(
        Guid id, HttpContext http, InterestDbContext context, NpgsqlDataSource database, PublishedSnapshot snapshot, CancellationToken cancellation)
    {
        if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } clustering) return ClusteringsApi.NotFound(id);
        if (clustering.State != JobState.Succeeded) return ClusteringsApi.NotSucceeded(clustering);
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            if (!await Publisher.PublishAsync(connection, id, http.CallerName(), cancellation)) return ClusteringsApi.NotFound(id); // deleted meanwhile
            await transaction.CommitAsync(cancellation);
        }

        await snapshot.RefreshAsync(cancellation);
        return TypedResults.Ok(ClusteringResponse.From(await context.Clusterings.AsNoTracking().SingleAsync(c => c.Id == id, cancellation), published: true));
    }
}
