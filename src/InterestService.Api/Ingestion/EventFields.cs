namespace InterestService.Api.Ingestion;

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
        new("timestamp", Required: true),
        new("value", FieldKind.Number),
        new("query"),
        new("category", FieldKind.TextList),
        new("title"),
        new("source"),
        new("eventId"),
        new("recommendationId"));
}
