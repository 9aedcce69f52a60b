using System.IO.Compression;
using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;

namespace InterestService.Benchmarks.Training;

/// <summary>Events of a CSV file, gzipped if its name ends with <c>.gz</c>, in the columns that <c>POST /events</c> takes.</summary>
/// <param name="Log">The events.</param>
/// <param name="Items">Title and categories of each item, by id.</param>
internal sealed record EventFile(EventLog Log, IReadOnlyDictionary<string, ItemDescription> Items)
{
    /// <exception cref="InvalidDataException">A row is no event; the message names the row and the fault.</exception>
    public static async Task<EventFile> ReadAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        await using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = await UploadReader.OpenAsync("text/csv", content, EventFields.Schema, cancellation);
        var (rows, items) = (new HashSet<FileEvent>(), new Dictionary<string, ItemDescription>());
        while (await reader.ReadAsync(cancellation)) rows.Add(Check(reader.Row, path, items));

        var builder = new EventLogBuilder();
        // A stable sort: events that share a time stay in the order of the file. Repeated rows are one event, as in the service.
        foreach (var row in rows.OrderBy(row => row.User, StringComparer.Ordinal).ThenBy(row => row.Time))
        {
            bool rating = EventMeanings.DefaultRatingTypes.Contains(row.Type);
            builder.Add(row.User, row.Item, row.Type, row.Time, value: rating ? row.Value : null);
        }

        return new EventFile(builder.Build(), items);
    }

    private static FileEvent Check(Row row, string path, Dictionary<string, ItemDescription> items)
    {
        if (!EventChecks.TryCheck(row, out var e)) throw new InvalidDataException($"{path}, row {row.Index}: {row.Fault!.Message}");
        string? item = e.ItemId.IsEmpty ? null : Encoding.UTF8.GetString(e.ItemId);
        if (item is not null && !(e.Title.IsEmpty && e.Category.IsEmpty))
        {
            string title = Encoding.UTF8.GetString(e.Title), categories = Encoding.UTF8.GetString(e.Category);
            items.TryAdd(item, new ItemDescription(title.Length > 0 ? title : null, categories.Split('|', StringSplitOptions.RemoveEmptyEntries)));
        }

        return new FileEvent(Encoding.UTF8.GetString(e.UserId), item, Encoding.UTF8.GetString(e.EventType), e.OccurredAt / 1000, e.Value);
    }

    private sealed record FileEvent(string User, string? Item, string Type, long Time, double? Value);
}
