using InterestService.Api.Requests;
using InterestService.Api.Storage.Copying;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Reads the columns of an event that the pipeline and the published model use.</summary>
internal static class EventRows
{
    public const string Columns = "item_id, event_type, occurred_at, query, source, recommendation_id IS NOT NULL, value";

    /// <summary>Adds the event of a row.</summary>
    /// <param name="log">The log that receives the event.</param>
    /// <param name="person">The id that represents the person.</param>
    /// <param name="row">A reader on a row.</param>
    /// <param name="first">Position of the first of <see cref="Columns"/>.</param>
    public static void Add(this EventLogBuilder log, string person, NpgsqlDataReader row, int first)
    {
        var origin = new EventOrigin(row.TextOrNull(first + 4), row.GetBoolean(first + 5));
        double? value = row.IsDBNull(first + 6) ? null : row.GetDouble(first + 6);
        log.Add(person, row.TextOrNull(first), row.GetString(first + 1), Timestamps.ToUnixMilliseconds(row.GetDateTime(first + 2)), row.TextOrNull(first + 3), origin, value);
    }

    /// <summary>Adds the event of a row.</summary>
    /// <param name="log">The log that receives the event.</param>
    /// <param name="person">The id that represents the person.</param>
    /// <param name="row">A reader before <see cref="Columns"/>.</param>
    /// <param name="isRating">Whether the value of a type is needed; those of others are left out.</param>
    public static void Add(this EventLogBuilder log, string person, CopyReader row, Func<string, bool> isRating)
    {
        string? item = row.SharedTextOrNull();
        string type = row.SharedText();
        long time = row.Milliseconds();
        string? query = row.TextOrNull();
        var origin = new EventOrigin(row.SharedTextOrNull(), row.Boolean());
        double? value = row.DoubleOrNull();
        log.Add(person, item, type, time, query, origin, isRating(type) ? value : null);
    }

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
