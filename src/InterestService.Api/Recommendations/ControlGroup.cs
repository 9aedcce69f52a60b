using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using InterestService.Api.Storage.Queries;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Recommendations;

/// <summary>
/// The control group, whose users get popular items only. Membership follows from the id of a person and the salt, so that nothing is stored
/// and every process gives the same result. The ids that are joined to a person may be of both groups: the person stays in the group in which
/// the first items were shown.
/// </summary>
internal sealed class ControlGroup(NpgsqlDataSource database, RecommendationIds ids, IOptions<RecommendationOptions> options)
{
    /// <summary>Of this many recommendations, the earliest whose id was given out decides.</summary>
    private const int MaxRecommendations = 100;

    private readonly double _share = options.Value.ControlShare;
    private readonly string _salt = options.Value.ControlSalt;

    /// <summary>Returns whether a person is in the control group.</summary>
    /// <param name="personId">The id that represents the person.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<bool> HasAsync(string personId, CancellationToken cancellation) =>
        _share is > 0 and < 1 && await FindFirstAsync(personId, cancellation) is { } first ? first.IsControl : Draws(personId);

    /// <summary>Returns the origin of the first recommendation that was shown to a person of several ids; null when there is none.</summary>
    private async Task<RecommendationOrigin?> FindFirstAsync(string personId, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"""
            SELECT recommendation_id FROM events
            WHERE user_id IN {PersonSql.AllIdsSql} AND EXISTS (SELECT FROM user_links WHERE user_id = $1)
                AND recommendation_id IS NOT NULL AND lower(event_type) = '{UserHistory.Impression}'
            GROUP BY recommendation_id ORDER BY min(occurred_at), recommendation_id LIMIT $2
            """);
        query.Parameters.AddWithValue(personId);
        query.Parameters.AddWithValue(MaxRecommendations);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            if (ids.Read(reader.GetString(0)) is { } origin) return origin;
        return null;
    }

    private bool Draws(string personId)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{_salt}\n{personId}"));
        return BinaryPrimitives.ReadUInt64BigEndian(hash) / Math.Pow(2, 64) < _share;
    }
}
