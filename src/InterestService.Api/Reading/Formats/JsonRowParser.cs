using System.Text.Json;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Fills a <see cref="Row"/> from the tokens of one JSON value. It accepts one token at a time, so that a row may arrive in any number of
/// pieces and unknown fields are skipped without being buffered.
/// </summary>
internal sealed class JsonRowParser(Row row)
{
    private const int None = -1;

    private int _depth;
    private int _field;

    /// <summary>Whether the parser is between the first and the last token of a row.</summary>
    public bool Inside { get; private set; }

    public void Reset() => Inside = false;

    /// <summary>Accepts the next token; true when it was the last one of the row.</summary>
    public bool Accept(ref Utf8JsonReader reader)
    {
        if (!Inside) return AcceptFirst(ref reader);
        var depth = reader.CurrentDepth - _depth;
        if (depth == 0)
        {
            Inside = false;
            return true;
        }

        if (depth == 1 && reader.TokenType == JsonTokenType.PropertyName) _field = Find(ref reader);
        else if (_field == None) return false;
        else if (depth == 1) AcceptValue(ref reader);
        else if (row.Schema.Fields[_field].Kind == FieldKind.TextList) AcceptElement(ref reader);
        return false;
    }

    private bool AcceptFirst(ref Utf8JsonReader reader)
    {
        var token = reader.TokenType;
        if (token != JsonTokenType.StartObject) row.Fail(null, $"A row must be an object; found {Describe(ref reader)}.");
        Inside = token is JsonTokenType.StartObject or JsonTokenType.StartArray;
        _depth = reader.CurrentDepth;
        _field = None;
        return !Inside;
    }

    private void AcceptValue(ref Utf8JsonReader reader)
    {
        var kind = row.Schema.Fields[_field].Kind;
        switch (reader.TokenType)
        {
            case JsonTokenType.String when kind != FieldKind.Number:
                row.Begin(_field);
                row.AppendString(_field, ref reader);
                break;
            case JsonTokenType.Number when kind == FieldKind.Number:
                row.Begin(_field);
                row.Append(_field, reader.ValueSpan);
                break;
            case JsonTokenType.Null:
            case JsonTokenType.StartArray when kind == FieldKind.TextList:
                row.Begin(_field);
                break;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                break;
            default:
                row.FailType(_field, Describe(ref reader));
                break;
        }
    }

    private void AcceptElement(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (!row[_field].IsEmpty) row.Append(_field, "|"u8);
            row.AppendString(_field, ref reader);
        }
        else
        {
            row.FailType(_field, Describe(ref reader));
        }
    }

    private int Find(ref Utf8JsonReader reader)
    {
        var fields = row.Schema.Fields;
        bool isEscaped = reader.ValueIsEscaped;
        if (!Utf8Text.IsUnicode(ref reader)) return None; // such text cannot be compared
        for (var i = 0; i < fields.Length; i++)
        {
            var name = fields[i].Utf8Name;
            if (isEscaped ? reader.ValueTextEquals(name) : reader.ValueSpan.SequenceEqual(name)) return i;
        }

        return None;
    }

    private static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => $"the string {Utf8Text.Quote(reader.ValueSpan)}",
        JsonTokenType.Number => $"the number {Utf8Text.Quote(reader.ValueSpan).Trim('"')}",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        var token => token.ToString().ToLowerInvariant(),
    };
}
