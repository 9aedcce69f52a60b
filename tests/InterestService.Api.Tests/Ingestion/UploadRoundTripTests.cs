using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using InterestService.Api.Ingestion;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Tests.Reading.Formats;

namespace InterestService.Api.Tests.Ingestion;

public sealed class UploadRoundTripTests
{
    private static readonly DateTime _epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly JsonSerializerOptions _unescaped = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] _parts =
        ["a", "Z", "9", " ", ",", "\"", "\n", "\r", "\t", "|", "\\", "é", "用", "😀", "\uDBFF\uDFFF"];

    private static readonly Gen<string> _text = OneOf(_parts).Array[0, 12].Select(parts => $"x{string.Concat(parts)}y");

    private static readonly Gen<string?> _optional = Gen.Select(_text, Gen.Bool, (text, absent) => absent ? null : text);

    // From 1900, before which times are refused.
    private static readonly Gen<DateTimeOffset> _time =
        Gen.Long[-3_155_673_600_000_000, 252_000_000_000_000_000].Select(us => new DateTimeOffset(_epoch.AddTicks(us * 10)));

    private static readonly Gen<double?> _value = Gen.Select(
        Gen.Double.Where(double.IsFinite), Gen.Bool, (value, absent) => absent ? default(double?) : value);

    private static readonly Gen<UploadedEvent[]> _events = Gen.Select(
        Gen.Select(_text, _text, _text, _time), Gen.Select(_value, _optional, _optional, _optional),
        Gen.Select(_optional, _optional, _optional),
        (a, b, c) => new UploadedEvent(a.Item1, a.Item2, a.Item3, a.Item4, b.Item1, b.Item2, b.Item3, b.Item4, c.Item1, c.Item2, c.Item3))
        .Array[0, 8];

    [Fact]
    public Task Json_round_trips_events() =>
        Check(ReadRow.Json, events => JsonSerializer.Serialize(events, JsonSerializerOptions.Web));

    [Fact]
    public Task Unescaped_json_round_trips_events() =>
        Check(ReadRow.Json, events => JsonSerializer.Serialize(new { events }, _unescaped));

    [Fact]
    public Task Ndjson_round_trips_events() => Check(
        ReadRow.Ndjson, events => "\n" + string.Join('\n', events.Select(e => JsonSerializer.Serialize(e, JsonSerializerOptions.Web))));

    [Fact]
    public Task Csv_round_trips_events() => Check(ReadRow.Csv, events =>
    {
        var csv = new StringBuilder(string.Join(',', EventFields.Schema.Fields.Select(f => f.ColumnName))).Append('\n');
        foreach (var e in events) csv.AppendJoin(',', Texts(e).Select(Quote)).Append("\r\n");
        return csv.ToString();
    });

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static IEnumerable<string> Texts(UploadedEvent e)
    {
        var value = e.Value?.ToString("R", CultureInfo.InvariantCulture);
        var time = e.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        string?[] texts =
            [e.UserId, e.ItemId, e.EventType, time, value, e.Query, e.Category, e.Title, e.Source, e.EventId, e.RecommendationId];
        return texts.Select(t => t ?? "");
    }

    private static Task Check(string mediaType, Func<UploadedEvent[], string> write) =>
        Gen.Select(_events, OneOf(1, 2, 3, 7, 64, int.MaxValue)).SampleAsync(
            async (events, step) => Assert.Equal(events, await ReadAsync(mediaType, Encoding.UTF8.GetBytes(write(events)), step)),
            iter: 200);

    private static async Task<List<UploadedEvent>> ReadAsync(string mediaType, byte[] body, int step)
    {
        using var reader = await UploadReader.OpenAsync(mediaType, new TrickleStream(body, step), EventFields.Schema, CancellationToken.None);
        var events = new List<UploadedEvent>();
        while (await reader.ReadAsync(CancellationToken.None)) events.Add(Checked(reader.Row));
        return events;
    }

    private static UploadedEvent Checked(Row row)
    {
        Assert.True(EventChecks.TryCheck(row, out var e), row.Fault?.Message);
        return new UploadedEvent(
            Text(e.UserId)!, Text(e.ItemId), Text(e.EventType)!, new DateTimeOffset(_epoch.AddTicks(e.OccurredAt * 10)), e.Value,
            Text(e.Query), Text(e.Category), Text(e.Title), Text(e.Source), Text(e.EventId), Text(e.RecommendationId));
    }

    private static string? Text(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}
