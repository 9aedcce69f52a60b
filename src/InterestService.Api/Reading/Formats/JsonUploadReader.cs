using System.Text.Json;
using System.Text.Unicode;
using InterestService.Api.Requests;
using Microsoft.OpenApi;

namespace InterestService.Api.Reading.Formats;

/// <summary>Reads the rows of a JSON array, or of the array under the schema's collection name in an object (<c>{"events": [...]}</c>).</summary>
internal sealed class JsonUploadReader : BufferedUploadReader
{
    public static readonly UploadFormat Format = new(
        "application/json",
        (body, schema, _) => Task.FromResult<UploadReader>(new JsonUploadReader(new BodyBuffer(body), schema)),
        Describe);

    private readonly string _collection;
    private readonly JsonRowParser _parser;
    private JsonReaderState _state;
    private Part _part;
    private bool _inObject;
    private bool _atCollection;
    private bool _foundCollection;

    private JsonUploadReader(BodyBuffer body, UploadSchema schema)
        : base(body, schema)
    {
        _collection = schema.Collection;
        _parser = new JsonRowParser(Row);
    }

    private enum Part
    {
        Root,
        Properties,
        Rows,
        End,
    }

    protected override bool TryRead()
    {
        var reader = new Utf8JsonReader(Body.Unread, Body.Ended, _state);
        var complete = false;
        try
        {
            while (!complete && reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !Utf8.IsValid(reader.ValueSpan))
                {
                    var position = Body.Position + reader.TokenStartIndex;
                    throw BadUploadException.NotReadable($"The body is not UTF-8 in {Where()}, in the string at byte {position}.");
                }

                complete = Accept(ref reader);
            }
        }
        catch (JsonException e)
        {
            throw BadUploadException.NotReadable(
                $"The body is not JSON in {Where()}, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {JsonFaults.Reason(e)}", e);
        }

        _state = reader.CurrentState;
        Body.Consume((int)reader.BytesConsumed);
        return complete;
    }

    private static OpenApiSchema Describe(UploadSchema schema, IOpenApiSchema row)
    {
        var rows = new OpenApiSchema { Type = JsonSchemaType.Array, Items = row };
        var named = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema> { [schema.Collection] = rows },
            Required = new HashSet<string> { schema.Collection },
        };
        return new OpenApiSchema { OneOf = [rows, named] };
    }

    private bool Accept(ref Utf8JsonReader reader)
    {
        switch (_part)
        {
            case Part.Root:
                if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject)) throw WrongShape("a single value");
                _inObject = reader.TokenType == JsonTokenType.StartObject;
                _part = _inObject ? Part.Properties : Part.Rows;
                return false;
            case Part.Properties:
                AcceptProperty(ref reader);
                return false;
            case Part.Rows when !_parser.Inside && reader.TokenType == JsonTokenType.EndArray:
                _part = _inObject ? Part.Properties : Part.End;
                return false;
            default:
                if (!_parser.Inside) Row.MoveNext();
                return _parser.Accept(ref reader);
        }
    }

    private void AcceptProperty(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth == 0)
        {
            if (!_foundCollection) throw WrongShape($"an object without \"{_collection}\"");
            _part = Part.End;
        }
        else if (reader.CurrentDepth > 1)
        {
            // Inside a property that is ignored.
        }
        else if (reader.TokenType == JsonTokenType.PropertyName)
        {
            _atCollection = Utf8Text.IsUnicode(ref reader) && reader.ValueTextEquals(_collection);
        }
        else if (_atCollection)
        {
            if (reader.TokenType != JsonTokenType.StartArray) throw WrongShape($"\"{_collection}\" with something else than an array");
            _foundCollection = true;
            _atCollection = false;
            _part = Part.Rows;
        }
    }

    private BadUploadException WrongShape(string found) => BadUploadException.NotReadable(
        $"The body must be an array of rows or {{\"{_collection}\": [...]}}; found {found}.");

    private string Where() => _part switch
    {
        Part.Rows => $"row {(_parser.Inside ? Row.Index : Row.Index + 1)}",
        Part.End => "what follows the rows",
        _ => "what precedes the rows",
    };
}
