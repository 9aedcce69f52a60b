using InterestService.Api.Requests;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Recommendations.Feedback;

/// <summary>Finds the conversions that their users took back, by the same rules as clusterings.</summary>
internal sealed class UndoneConversions(IOptions<FeedbackOptions> options, IOptions<PipelineDefaults> defaults)
{
    /// <summary>All acts and undoing events of people on items that they converted and took something back of, from a recommendation or not.</summary>
    private const string Sql = $"""
        WITH converted AS (
            SELECT DISTINCT coalesce(l.user_id, e.user_id) AS person, item_id FROM events e LEFT JOIN user_links l ON alias = e.user_id
            WHERE recommendation_id IS NOT NULL AND item_id IS NOT NULL AND occurred_at >= $1 AND {FeedbackOptions.NormalizeSql} = ANY($2)),
        ids AS (SELECT person, item_id, person AS id FROM converted UNION ALL SELECT person, item_id, alias FROM converted JOIN user_links ON user_id = person),
        acts AS (
            SELECT person, item_id, event_type, occurred_at, arrival, {FeedbackOptions.NormalizeSql} = ANY($2) AS converts,
                bool_or({FeedbackOptions.NormalizeSql} = ANY($3)) OVER (PARTITION BY person, item_id) AS undoes
            FROM ids JOIN events USING (item_id) WHERE events.user_id = ids.id AND {FeedbackOptions.NormalizeSql} = ANY($2 || $3 || $4))
        SELECT person, item_id, event_type, occurred_at, arrival, converts FROM acts WHERE undoes ORDER BY person, occurred_at, arrival
        """;

    private static readonly TimeSpan _repeatWindow = new CleaningOptions().RepeatWindow;

    private readonly EventMeanings _meanings = defaults.Value.ToMeanings();

    /// <summary>Reads the conversions that were taken back, whenever that was.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="from">Conversions before this time may be left out.</param>
    /// <param name="timeoutSeconds">Maximum duration of the query.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <returns>The arrivals of their events.</returns>
    public async Task<long[]> ReadAsync(NpgsqlConnection connection, DateTime from, int timeoutSeconds, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(Sql, connection) { CommandTimeout = timeoutSeconds };
        query.Parameters.AddWithValue(from);
        query.Parameters.AddWithValue(options.Value.TypesOf(FeedbackKind.Conversion));
        query.Parameters.AddWithValue(_meanings.UndoTypes.Keys.Select(FeedbackOptions.Normalize).ToArray());
        query.Parameters.AddWithValue(_meanings.UndoTypes.Values.SelectMany(acts => acts).Select(FeedbackOptions.Normalize).Distinct().ToArray());
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var builder = new EventLogBuilder();
        var events = new List<(long Arrival, bool Converts)>();
        while (await reader.ReadAsync(cancellation))
        {
            builder.Add(reader.GetString(0), reader.GetString(1), reader.GetString(2), Timestamps.ToUnixMilliseconds(reader.GetDateTime(3)));
            events.Add((reader.GetInt64(4), reader.GetBoolean(5)));
        }

        using var log = builder.Build();
        bool[] undone = UndoneActs.Find(log, _meanings, _repeatWindow);
        return [.. events.Where((e, i) => e.Converts && undone[i]).Select(e => e.Arrival)];
    }
}
