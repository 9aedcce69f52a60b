using System.Data;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>Compares two clusterings.</summary>
internal static class LineageApi
{
    public static void MapLineage(this IEndpointRouteBuilder routes) => routes
        .MapGet("/clusterings/{id}/compare/{otherId}", Compare).WithName("compareClusterings")
        .WithTags("Clusterings").RequireScope(Scopes.ReadInterests, Scopes.WriteClusterings)
        .ProducesProblem(404).ProducesProblem(409).WithExample(200, ClusteringExamples.Comparison);

    /// <summary>Compare two clusterings</summary>
    /// <remarks>
    /// What became of the clusters of the first in the second: which persist, which are born, dead, split and merged, and which users
    /// moved. Told by the users of both; `usersMoved` lists neither aliases nor people who have opted out. What a clustering changed when it was published is the `lineage` of `GET /clusterings/{id}`.
    /// </remarks>
    /// <param name="id" example="019a0634-1c20-7b1f-8a02-5a4d6e7f8091">Of the first clustering, as a rule the earlier one.</param>
    /// <param name="otherId">Of the second.</param>
    /// <param name="limit">How many of the users who moved, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of `usersMoved` in the answer before.</param>
    /// <response code="200">The comparison.</response>
    /// <response code="404">The clustering does not exist.</response>
    /// <response code="409">One of them has not succeeded.</response>
    private static async Task<Results<Ok<CompareClusteringsResponse>, ValidationProblem, ProblemHttpResult>> Compare(
        Guid id, Guid otherId, HttpContext http, InterestDbContext context, ReadReplica database, CancellationToken cancellation,
        int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (!Paging.TryRead(http, cursor, "", Paging.Text, out string after)) return Paging.BadCursor();

        await using var connection = await database.OpenAsync(http);
        context.Database.SetDbConnection(connection);
        // Reads both as of one moment, whatever is published or deleted in the meantime.
        await using var view = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        foreach (Guid each in new[] { id, otherId })
        {
            if (await context.Clusterings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == each, cancellation) is not { } clustering)
                return ClusteringsApi.NotFound(each);
            if (clustering.State != JobState.Succeeded) return ClusteringsApi.NotSucceeded(clustering);
        }

        var ids = await ClusterOverlaps.IdsAsync(connection, id, cancellation);
        var otherIds = await ClusterOverlaps.IdsAsync(connection, otherId, cancellation);
        var overlaps = await ClusterOverlaps.CountAsync(connection, id, otherId, cancellation);
        var lineage = ClusterLineage.Between(overlaps);
        var same = lineage.Matched.ToDictionary(match => new ClusterNumber(match.Previous), match => new ClusterNumber(match.Current));
        var moved = await ReadMovedAsync(connection, id, otherId, same, after, limit + 1, cancellation);

        var common = overlaps.Where(overlap => overlap.Previous is not null && overlap.Current is not null).ToList();
        var table = new ContingencyTable(common.Select(o => (o.Previous!.Value, o.Current!.Value, (long)o.Users)));
        var named = lineage.Renamed(number => ids[new ClusterNumber(number)].Value, number => otherIds[new ClusterNumber(number)].Value);
        return TypedResults.Ok(new CompareClusteringsResponse(
            id, otherId,
            table.Points == 0 ? null : AdjustedRandIndex.Compute(table),
            table.Points == 0 ? null : NormalizedMutualInformation.Compute(table),
            named.Matched, named.Born, named.Dead, named.Split, named.Merged, named.Users,
            [.. common.Select(o => (Previous: new ClusterNumber(o.Previous!.Value), Current: new ClusterNumber(o.Current!.Value), o.Users))
                .Where(o => !same.TryGetValue(o.Previous, out var match) || match != o.Current)
                .OrderByDescending(o => o.Users)
                .Select(o => new ClusterOverlap(ids[o.Previous].Value, otherIds[o.Current].Value, o.Users))],
            Paging.ToPage(
                http, moved, limit, move => new UserMove(move.UserId, ids[move.Previous].Value, otherIds[move.Current].Value), move => move.UserId)));
    }

    private static async Task<List<MovedUser>> ReadMovedAsync(
        NpgsqlConnection connection, Guid id, Guid otherId, Dictionary<ClusterNumber, ClusterNumber> same, string after, int limit,
        CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            SELECT p.user_id, p.cluster_number, c.cluster_number
            FROM assignments p JOIN assignments c USING (user_id)
            LEFT JOIN unnest($3, $4) AS same (previous, current) ON same.previous = p.cluster_number
            WHERE p.clustering_id = $1 AND c.clustering_id = $2 AND c.cluster_number IS DISTINCT FROM same.current AND p.user_id > $5
                AND p.user_id NOT IN (SELECT alias FROM user_links) AND p.user_id NOT IN {PersonSql.OptedOutSql}
            ORDER BY p.user_id LIMIT $6
            """, connection);
        query.CommandTimeout = ClusterOverlaps.TimeoutSeconds;
        query.Parameters.AddWithValue(id);
        query.Parameters.AddWithValue(otherId);
        query.Parameters.AddWithValue(same.Keys.Select(number => number.Value).ToArray());
        query.Parameters.AddWithValue(same.Values.Select(number => number.Value).ToArray());
        query.Parameters.AddWithValue(after);
        query.Parameters.AddWithValue(limit);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var moved = new List<MovedUser>();
        while (await reader.ReadAsync(cancellation))
            moved.Add(new MovedUser(reader.GetString(0), new ClusterNumber(reader.GetInt32(1)), new ClusterNumber(reader.GetInt32(2))));
        return moved;
    }

    private readonly record struct MovedUser(string UserId, ClusterNumber Previous, ClusterNumber Current);
}
