using System.Globalization;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Requests;

namespace InterestService.Api.Reading;

/// <summary>Checks rows of events.</summary>
internal static class EventChecks
{
    private const int MaxEventType = 64;
    private const int MaxQuery = 1024;
    private const int MaxCategory = 1024;
    private const int MaxTitle = 1024;
    private const int MaxSource = 64;

    /// <summary>Earlier times stand for a missing one: 0001-01-01 is the default of many date types. One such event would stretch every period.</summary>
    private static readonly long _earliest = Timestamps.ToMicroseconds(new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>Checks a row; false when it breaks a rule, which <see cref="Row.Fault"/> then names.</summary>
    /// <param name="needsUser">Whether the row must name its user.</param>
    public static bool TryCheck(Row row, out CheckedEvent checkedEvent, bool needsUser = true)
    {
        checkedEvent = default;
        if (row.Fault is not null) return false;
        checkedEvent.UserId = needsUser ? row.RequireId(EventFields.UserId) : row.CheckId(EventFields.UserId);
        checkedEvent.ItemId = row.CheckId(EventFields.ItemId);
        checkedEvent.EventType = row.RequireTrimmed(EventFields.EventType, MaxEventType);
        checkedEvent.OccurredAt = CheckTimestamp(row);
        checkedEvent.Value = CheckValue(row);
        checkedEvent.Query = row.CheckText(EventFields.Query, MaxQuery);
        checkedEvent.Category = row.CheckText(EventFields.Category, MaxCategory);
        checkedEvent.Title = row.CheckTitle(EventFields.Title, MaxTitle);
        checkedEvent.Source = row.CheckText(EventFields.Source, MaxSource);
        checkedEvent.EventId = row.CheckId(EventFields.EventId);
        checkedEvent.RecommendationId = row.CheckId(EventFields.RecommendationId);
        if (checkedEvent.ItemId.IsEmpty && checkedEvent.Query.IsEmpty)
        {
            row.Fail("itemId", $"itemId must be 1 to {IdText.MaxLength} characters unless the event has a query; both are missing.");
        }

        return row.Fault is null;
    }

    private static long CheckTimestamp(Row row)
    {
        var text = row[EventFields.Timestamp];
        if (Rfc3339.TryParse(text, out var microseconds))
        {
            if (microseconds < _earliest) row.Fail("timestamp", $"timestamp must not be before 1900-01-01T00:00:00Z; found {Utf8Text.Quote(text)}.");
            return microseconds;
        }

        var found = text.IsEmpty ? "it is missing" : $"found {Utf8Text.Quote(text)}";
        row.Fail("timestamp", $"timestamp must be an RFC 3339 time with an offset, such as 2024-05-01T12:00:00Z; {found}.");
        return 0;
    }

    private static double? CheckValue(Row row)
    {
        var text = row[EventFields.Value];
        if (text.IsEmpty) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)) return value;
        row.Fail("value", $"value must be a finite number, such as 2.5; found {Utf8Text.Quote(text)}.");
        return null;
    }
}

/// <summary>An event that satisfies <see cref="EventChecks"/>. Text is UTF-8 and empty when absent.</summary>
internal ref struct CheckedEvent
{
    public ReadOnlySpan<byte> UserId;
    public ReadOnlySpan<byte> ItemId;
    public ReadOnlySpan<byte> EventType;
    public ReadOnlySpan<byte> Query;
    public ReadOnlySpan<byte> Category;
    public ReadOnlySpan<byte> Title;
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> EventId;
    public ReadOnlySpan<byte> RecommendationId;

    /// <summary>Microseconds since 2000-01-01T00:00:00Z.</summary>
    public long OccurredAt;

    public double? Value;
}

/// <summary>The fields of an event, by their position in <see cref="Schema"/>.</summary>
internal static class EventFields
{
    public const int UserId = 0;
    public const int ItemId = 1;
    public const int EventType = 2;
    public const int Timestamp = 3;
    public const int Value = 4;
    public const int Query = 5;
    public const int Category = 6;
    public const int Title = 7;
    public const int Source = 8;
    public const int EventId = 9;
    public const int RecommendationId = 10;

    public static readonly UploadSchema Schema = new(
        "events",
        new("userId", Required: true),
        new("itemId"),
        new("eventType", Required: true),
        new("timestamp", FieldKind.Time, Required: true),
        new("value", FieldKind.Number),
        new("query"),
        new("category", FieldKind.TextList),
        new("title"),
        new("source"),
        new("eventId"),
        new("recommendationId"));
}
