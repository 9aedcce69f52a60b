using System.Text.Json;
using System.Text.Unicode;
using InterestService.Api.Requests;
using Microsoft.OpenApi;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Reads rows that are one JSON object per line (https://github.com/ndjson/ndjson-spec). A line that cannot be read is a fault of its row
/// alone.
/// </summary>
internal sealed class NdjsonUploadReader : BufferedUploadReader
{
    public static readonly UploadFormat Format = new(
        "application/x-ndjson",
        (body, schema, _) => Task.FromResult<UploadReader>(new NdjsonUploadReader(new BodyBuffer(body), schema)),
        (_, _) => new OpenApiSchema { Type = JsonSchemaType.String, Description = "One JSON object a line, each like an element of the JSON array." });

    private readonly JsonRowParser _parser;
    private int _searched;

    private NdjsonUploadReader(BodyBuffer body, UploadSchema schema)
        : base(body, schema)
    {
        _parser = new JsonRowParser(Row);
    }

    protected override bool TryRead()
    {
        while (TryTakeLine(out var line))
        {
            if (line.Trim(" \t\r"u8).IsEmpty) continue;
            Row.MoveNext();
            Parse(line);
            return true;
        }

        return false;
    }

    private bool TryTakeLine(out ReadOnlySpan<byte> line)
    {
        var unread = Body.Unread;
        var end = unread[_searched..].IndexOf((byte)'\n');
        if (end < 0 && !(Body.Ended && unread.Length > 0))
        {
            _searched = unread.Length;
            line = default;
            return false;
        }

        line = end < 0 ? unread : unread[..(_searched + end)];
        if (line.Length > BodyBuffer.MaxUnit)
        {
            throw BadUploadException.NotReadable($"The line of row {Row.Index + 1} is longer than {BodyBuffer.MaxUnit} bytes.");
        }

        _searched = 0;
        Body.Consume(end < 0 ? line.Length : line.Length + 1);
        return true;
    }

    private void Parse(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            Row.Fail(null, "A line must be UTF-8; found other bytes.");
            return;
        }

        _parser.Reset();
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read()) _parser.Accept(ref reader);
        }
        catch (JsonException e)
        {
            Row.Fail(null, $"A line must be one JSON object; at byte {e.BytePositionInLine + 1}: {JsonFaults.Reason(e)}");
        }
    }
}
