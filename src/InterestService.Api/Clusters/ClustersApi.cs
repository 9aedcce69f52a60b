using System.Globalization;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Clusters;

/// <summary>The clusters of the published clustering.</summary>
internal static class ClustersApi
{
    public static void MapClusters(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/clusters").WithTags("Clusters").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot().AnswersForAllUsers();
        group.MapGet("/", List).WithName("listClusters").Produces(304).WithExample(200, new Page<ClusterResponse>([PublishedExamples.Cluster], null));
        group.MapGet("/{id}", Get).WithName("getCluster").Produces(304).ProducesProblem(404).WithExample(200, PublishedExamples.Cluster);
    }

    /// <summary>List the clusters</summary>
    /// <remarks>Of the published clustering, in the order of their ids. Empty while nothing is published.</remarks>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them.</response>
    /// <response code="304">Not changed since the given ETag.</response>
    private static Results<Ok<Page<ClusterResponse>>, StatusCodeHttpResult, ValidationProblem> List(
        HttpContext http, PublishedSnapshot published, int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (!Paging.TryRead(http, cursor, int.MinValue, int.TryParse, out int last)) return Paging.BadCursor();
        if (published.Current is not { } snapshot) return TypedResults.Ok(new Page<ClusterResponse>([], null));
        if (ConditionalGet.NotModified(http, snapshot.ETagOfAll) is { } unchanged) return unchanged;
        var rows = snapshot.Clusters.Where(cluster => cluster.Id > last).Take(limit + 1).ToList();
        return TypedResults.Ok(Paging.ToPage(http, rows, limit, cluster => cluster, cluster => cluster.Id.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Get a cluster</summary>
    /// <remarks>Its size now, and what sets its users apart from all users.</remarks>
    /// <param name="id">Of the cluster.</param>
    /// <response code="200">The cluster.</response>
    /// <response code="304">Not changed since the given ETag.</response>
    /// <response code="404">The published clustering has no such cluster.</response>
    private static Results<Ok<ClusterResponse>, StatusCodeHttpResult, ProblemHttpResult> Get(int id, HttpContext http, PublishedSnapshot published)
    {
        if (published.Current is not { } snapshot) return PublishedProblems.NothingPublished();
        if (snapshot.FindCluster(new ClusterId(id)) is not { } cluster) return PublishedProblems.NoSuchCluster(id);
        return ConditionalGet.NotModified(http, snapshot.ETagOfAll) is { } unchanged ? unchanged : TypedResults.Ok(cluster);
    }
}
