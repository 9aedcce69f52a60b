using InterestService.Api.Requests;
using InterestService.Api.Storage.Copying;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>What the pipeline and the published model want to know of an event, as columns of a query.</summary>
internal static class EventRows
{
    public const string Columns = "item_id, event_type, occurred_at, query, source, recommendation_id IS NOT NULL";

    /// <summary>Adds the event of a row.</summary>
    /// <param name="log">To be added to.</param>
    /// <param name="person">The id that stands for the person.</param>
    /// <param name="row">Stands on a row.</param>
    /// <param name="first">Where <see cref="Columns"/> begin.</param>
    public static void Add(this EventLogBuilder log, string person, NpgsqlDataReader row, int first)
    {
        var origin = new EventOrigin(row.TextOrNull(first + 4), row.GetBoolean(first + 5));
        log.Add(person, row.TextOrNull(first), row.GetString(first + 1), Timestamps.ToUnixMilliseconds(row.GetDateTime(first + 2)), row.TextOrNull(first + 3), origin);
    }

    /// <summary>Adds the event of a row.</summary>
    /// <param name="log">To be added to.</param>
    /// <param name="person">The id that stands for the person.</param>
    /// <param name="row">Stands before <see cref="Columns"/>.</param>
    public static void Add(this EventLogBuilder log, string person, CopyReader row)
    {
        string? item = row.SharedTextOrNull();
        string type = row.SharedText();
        long time = row.Milliseconds();
        string? query = row.TextOrNull();
        log.Add(person, item, type, time, query, new EventOrigin(row.SharedTextOrNull(), row.Boolean()));
    }

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
