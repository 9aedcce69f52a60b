using System.Globalization;
using System.Text.Json.Serialization;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Users;

/// <summary>Lookups of the clusters of users, now and before.</summary>
internal static class UserClustersApi
{
    private const int MaximumBatch = 1000;

    public static void MapUserClusters(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/users").WithTags("Users").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot();
        group.MapGet("/{id}/cluster", GetCluster).WithName("getUserCluster").AnswersEarly().AnswersForUser().Produces<UserClusterResponse>().Produces(304).ProducesProblem(404).WithExample(200, PublishedExamples.UserCluster);
        group.MapPost("/clusters", FindClusters).WithName("getUserClusters")
            .WithRequestExample(new UserClustersRequest(["user-00370", "nobody"]))
            .WithExample(200, new UserClustersResponse([PublishedExamples.UserCluster], ["nobody"]))
            .WithInvalidExample("userIds", "Expected 1 to 1000 user ids, found 0.");
        group.MapGet("/{id}/cluster-history", GetClusterHistory).WithName("listUserClusterHistory").ProducesProblem(404)
            .WithExample(200, new Page<UserClusterHistoryEntry>(UserExamples.UserClusterHistory, null));
    }

    /// <summary>Look up a user's cluster</summary>
    /// <remarks>
    /// The answer is served from memory. The model of the published clustering assigns a new user to a cluster within a minute of the user's first
    /// events. Later events update the assignment; it is removed when the user has taken everything back. For all other users the answer changes
    /// only when another clustering is published or an analyst renames a cluster. An alias has the answer of its person; `userId` is the id that represents the person.
    /// Users who have opted out are not found.
    /// </remarks>
    /// <param name="id">Of the user, percent-encoded, `%2F` included. The ids `.` and `..` cannot stand in a path; `POST /users/clusters` finds them.</param>
    /// <response code="200">The cluster.</response>
    /// <response code="304">Not changed since the given ETag.</response>
    /// <response code="404">The user has no cluster or has opted out, or nothing is published. `GET /users/{id}/explanation` gives the reason.</response>
    private static IResult GetCluster(string id, HttpContext http, PublishedSnapshot published)
    {
        if (published.Current is not { } snapshot) return PublishedProblems.NothingPublished();
        return EarlyLookups.TryAnswer(http, snapshot, id) ? Results.Empty : PublishedProblems.NoCluster(snapshot, id);
    }

    /// <summary>Look up many users' clusters</summary>
    /// <remarks>
    /// Up to 1000 at once; an id that is given twice is answered twice. An alias has the answer of its person, with the id that was asked for
    /// as `userId`. Users who have opted out are in `missing`.
    /// </remarks>
    /// <response code="200">What was found, and which users have none.</response>
    private static Results<Ok<UserClustersResponse>, ValidationProblem> FindClusters(
        UserClustersRequest request, PublishedSnapshot published, IOptions<InterestServiceOptions> options)
    {
        if (request.UserIds is null || request.UserIds.Count is 0 or > MaximumBatch)
            return Problems.Invalid("userIds", $"Expected 1 to {MaximumBatch} user ids, found {request.UserIds?.Count ?? 0}.");
        var errors = request.UserIds.Index().Where(id => !IdText.Check(id.Item)).ToDictionary(id => $"userIds[{id.Index}]", _ => new[] { IdText.Fault });
        if (errors.Count > 0) return TypedResults.ValidationProblem(errors);
        var snapshot = published.Current;
        var found = new List<UserClusterResponse>();
        var missing = new List<string>();
        var misdirected = new List<string>();
        foreach (string id in request.UserIds)
        {
            if (snapshot?.FindUser(id) is { } cluster) found.Add(cluster with { UserId = id });
            else if (options.Value.Part?.Contains(id) is false) misdirected.Add(id);
            else missing.Add(id);
        }

        return TypedResults.Ok(new UserClustersResponse(found, missing) { Misdirected = misdirected.Count > 0 ? misdirected : null });
    }

    /// <summary>Look up the clusters that a user has been in</summary>
    /// <remarks>
    /// One for each clustering that was ever published and is kept, the last published first; after a rollback that is the earlier one.
    /// </remarks>
    /// <param name="id">Of the user, percent-encoded, `%2F` included.</param>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them; empty for a user with events who has been in no cluster yet.</response>
    /// <response code="404">The user is not known or has opted out.</response>
    private static async Task<Results<Ok<Page<UserClusterHistoryEntry>>, ValidationProblem, ProblemHttpResult>> GetClusterHistory(
        string id, HttpContext http, InterestDbContext context, ReadReplica database, CancellationToken cancellation,
        int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (!Paging.TryRead(http, cursor, new HistoryPosition(DateTime.MaxValue, Guid.Empty), HistoryPosition.TryParse, out var before))
            return Paging.BadCursor();
        await using var connection = await database.OpenAsync(http);
        context.Database.SetDbConnection(connection);
        var person = await Person.ReadAsync(connection, id, cancellation);
        if (person.OptedOut) return PublishedProblems.OptedOut(id);
        string[] ids = [person.Id, .. await context.UserLinks.Where(link => link.UserId == person.Id).Select(link => link.Alias).ToListAsync(cancellation)];
        var rows = await UserClusterHistory.ReadAsync(context, ids, before.At, before.Id, limit + 1, cancellation);
        if (rows.Count == 0 && cursor is null && !await context.Events.AnyAsync(e => ids.Contains(e.UserId), cancellation))
        {
            return TypedResults.Problem(
                statusCode: 404, title: "The user is not known.", detail: $"There are neither clusters nor events of '{id}'.");
        }

        return TypedResults.Ok(Paging.ToPage(http, rows, limit, row => row, row => new HistoryPosition(row.PublishedAt, row.ClusteringId).ToString()));
    }

    /// <summary>Where a history goes on.</summary>
    private readonly record struct HistoryPosition(DateTime At, Guid Id)
    {
        public static bool TryParse(string key, out HistoryPosition position)
        {
            position = default;
            if (key.Split('|') is not [var at, var id]
                || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) || ticks > DateTime.MaxValue.Ticks
                || !Guid.TryParse(id, out Guid clustering)) return false;
            position = new HistoryPosition(new DateTime(ticks, DateTimeKind.Utc), clustering);
            return true;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.Ticks}|{Id}");
    }
}

/// <summary>Users to look up.</summary>
/// <param name="UserIds">Up to 1000.</param>
public sealed record UserClustersRequest(IReadOnlyList<string> UserIds);

/// <summary>The clusters of several users.</summary>
/// <param name="Found">In the order asked for.</param>
/// <param name="Missing">Users without a cluster.</param>
public sealed record UserClustersResponse(IReadOnlyList<UserClusterResponse> Found, IReadOnlyList<string> Missing)
{
    /// <summary>Users of other parts, where the process that answers holds one part of the users; absent when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Misdirected { get; init; }
}
