using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace InterestService.Api.Clusterings.Maps;

/// <summary>The map of a clustering's users.</summary>
internal static class MapApi
{
    private static readonly MapResponse _example = new(
        ClusteringExamples.Succeeded.Id, "umap", 1, 50_000, 20_000, .995, .992, .021,
        new Dictionary<string, string> { ["trustworthiness"] = "It is a mean over a sample of 1000 of the 19874 different vectors." },
        [new("u1042", -4.2115, 7.9031, 3, false), new("u1043", 2.75, -.0182, 7, false)]);

    public static void MapMaps(this IEndpointRouteBuilder routes) => routes
        .MapGet("/clusterings/{id}/map", Map)
        .WithName("getMap").WithTags("Clusterings").RequireScope(Scopes.ReadInterests, Scopes.WriteClusterings)
        .ProducesProblem(404).ProducesProblem(409).WithExample(200, _example);

    /// <summary>See the users of a clustering on a map</summary>
    /// <remarks>
    /// A projection on a plane that keeps neighbourhoods: users with similar interests are near each other. At most 20,000 users, with every cluster
    /// among them; those who came after the clustering was computed are not there. A clustering starts from the map that was published before, so that users
    /// whose interests have not changed stay where they were.
    /// </remarks>
    /// <param name="id">Of the clustering.</param>
    /// <response code="200">The map.</response>
    /// <response code="304">Not changed since the given ETag.</response>
    /// <response code="404">The clustering does not exist, or it was computed before there were maps.</response>
    /// <response code="409">It has not succeeded.</response>
    private static async Task<Results<Ok<MapResponse>, StatusCodeHttpResult, ProblemHttpResult>> Map(
        Guid id, HttpContext http, InterestDbContext context, ReadReplica database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(http);
        context.Database.SetDbConnection(connection);
        if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellation) is not { } clustering) return ClusteringsApi.NotFound(id);
        if (clustering.State != JobState.Succeeded) return ClusteringsApi.NotSucceeded(clustering);
        if (clustering.Map is not { } map)
        {
            return TypedResults.Problem(
                statusCode: 404, title: "The clustering has no map.", detail: "It was computed before the service made maps. A new clustering has one.");
        }

        var points = await MapPoints.ReadAsync(connection, id, cancellation);
        if (ConditionalGet.NotModified(http, MapPoints.ETag(id, points)) is { } unchanged) return unchanged;
        return TypedResults.Ok(new MapResponse(
            id, map.Method, map.Seed, map.Users, map.Sampled, map.Trustworthiness, map.Continuity, map.MeanDisplacement, map.Notes, points));
    }
}
