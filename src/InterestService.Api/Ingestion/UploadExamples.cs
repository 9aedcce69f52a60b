using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;

namespace InterestService.Api.Ingestion;

/// <summary>An example body of an upload.</summary>
/// <param name="MediaType">The format it is in.</param>
/// <param name="Body">The text, or an object to be written as JSON.</param>
internal sealed record UploadExample(string MediaType, object Body);

/// <summary>Example bodies of the uploads, one in each format, and an example of the answer.</summary>
internal static class UploadExamples
{
    public static readonly IReadOnlyList<UploadExample> Events = Create(
        new object[]
        {
            new { userId = "u1042", itemId = "o-118", eventType = "purchase", timestamp = "2026-11-02T09:15:00Z", value = 1, category = "Hiking|Tents", title = "Trail tent" },
            new { userId = "u1042", eventType = "search", timestamp = "2026-11-02T09:12:41Z", query = "two person tent" },
        },
        """
        {"userId":"u1042","itemId":"o-118","eventType":"purchase","timestamp":"2026-11-02T09:15:00Z"}
        {"userId":"u1042","eventType":"search","timestamp":"2026-11-02T09:12:41Z","query":"two person tent"}
        """,
        """
        user_id,item_id,event_type,timestamp,query
        u1042,o-118,purchase,2026-11-02T09:15:00Z,
        u1042,,search,2026-11-02T09:12:41Z,two person tent
        """);

    public static readonly IReadOnlyList<UploadExample> Items = Create(
        new object[] { new { itemId = "o-118", title = "Trail tent", categories = new[] { "Hiking", "Tents" }, tags = new[] { "waterproof" }, description = "For two persons." } },
        """
        {"itemId":"o-118","title":"Trail tent","categories":["Hiking","Tents"]}
        """,
        """
        item_id,title,categories
        o-118,Trail tent,Hiking|Tents
        """);

    public static readonly IReadOnlyList<UploadExample> Links = Create(
        new object[] { new { userId = "u1042", alias = "cookie-7f3a" } },
        """
        {"userId":"u1042","alias":"cookie-7f3a"}
        """,
        """
        user_id,alias
        u1042,cookie-7f3a
        """);

    public static readonly IReadOnlyList<UploadExample> Labels = Create(
        new object[] { new { userId = "u1042", label = "outdoor" }, new { userId = "u77", label = "home" } },
        """
        {"userId":"u1042","label":"outdoor"}
        {"userId":"u77","label":"home"}
        """,
        """
        user_id,label
        u1042,outdoor
        u77,home
        """);

    public static readonly UploadResponse Answer = new(
        3, 1, 1, 1, [new RowError(2, "timestamp", "timestamp: expected an RFC 3339 time such as 2026-11-02T09:15:00Z, found \"yesterday\".")]);

    private static UploadExample[] Create(object json, string ndjson, string csv) =>
    [
        new(JsonUploadReader.Format.MediaType, json),
        new(NdjsonUploadReader.Format.MediaType, ndjson),
        new(CsvUploadReader.Format.MediaType, csv),
    ];
}
