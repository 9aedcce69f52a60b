using System.Text.Json;
using System.Text.Json.Nodes;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Storage;

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
            new { userId = "user-00370", itemId = "sku-00927", eventType = "purchase", timestamp = "2025-12-30T09:15:00Z", value = 1, category = "outdoor|camping", title = "Compact Sleeping Bag, green" },
            new { userId = "user-00370", eventType = "search", timestamp = "2025-12-30T09:12:41Z", query = "sleeping bag" },
        },
        """
        {"userId":"user-00370","itemId":"sku-00927","eventType":"purchase","timestamp":"2025-12-30T09:15:00Z"}
        {"userId":"user-00370","eventType":"search","timestamp":"2025-12-30T09:12:41Z","query":"sleeping bag"}
        """,
        """
        user_id,item_id,event_type,timestamp,query
        user-00370,sku-00927,purchase,2025-12-30T09:15:00Z,
        user-00370,,search,2025-12-30T09:12:41Z,sleeping bag
        """);

    public static readonly IReadOnlyList<UploadExample> Items = Create(
        new object[] { new { itemId = "sku-00927", title = "Compact Sleeping Bag, green", categories = new[] { "outdoor", "camping" }, tags = new[] { "sleeping bag", "camping" }, description = "Warm to 5 °C." } },
        """
        {"itemId":"sku-00927","title":"Compact Sleeping Bag, green","categories":["outdoor","camping"],"tags":["sleeping bag","camping"]}
        """,
        """
        item_id,title,categories,tags
        sku-00927,"Compact Sleeping Bag, green",outdoor|camping,sleeping bag|camping
        """);

    public static readonly IReadOnlyList<UploadExample> Links = Create(
        new object[] { new { userId = "user-00370", alias = "cookie-7f3a" } },
        """
        {"userId":"user-00370","alias":"cookie-7f3a"}
        """,
        """
        user_id,alias
        user-00370,cookie-7f3a
        """);

    public static readonly IReadOnlyList<UploadExample> Labels = Create(
        new object[] { new { userId = "user-00370", label = "outdoor" }, new { userId = "user-00319", label = "outdoor" } },
        """
        {"userId":"user-00370","label":"outdoor"}
        {"userId":"user-00319","label":"outdoor"}
        """,
        """
        user_id,label
        user-00370,outdoor
        user-00319,outdoor
        """);

    public static readonly UploadResponse Answer = new(
        3, 1, 1, 1, [new RowError(2, "timestamp", "timestamp: expected an RFC 3339 time such as 2025-12-30T09:15:00Z, found \"yesterday\".")]);

    public static readonly JsonObject Unreadable = ProblemExamples.Create(
        400, "The body cannot be read.", "The body is not JSON in row 0, line 1, byte 5: Expected end of string, but instead reached end of data.");

    public static readonly JsonObject AllRejected = ProblemExamples.Create(
        422, "All rows were rejected.", "Every row is invalid; nothing was stored. `errors` contains the reasons of the first 100 rows.",
        JsonSerializer.SerializeToNode(Answer.Errors, InterestDbContext.JsonOptions));

    private static UploadExample[] Create(object json, string ndjson, string csv) =>
    [
        new(JsonUploadReader.Format.MediaType, json),
        new(NdjsonUploadReader.Format.MediaType, ndjson),
        new(CsvUploadReader.Format.MediaType, csv),
    ];
}
