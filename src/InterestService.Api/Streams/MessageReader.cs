using System.Text.Json;
using System.Text.Unicode;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Requests;

namespace InterestService.Api.Streams;

/// <summary>Reads the rows of messages: a message is one event as a JSON object, or an array of events.</summary>
internal sealed class MessageReader
{
    private readonly JsonRowParser _parser;
    private byte[] _message = [];
    private JsonReaderState _state;
    private int _consumed;
    private int _start; // of the row read last
    private long _first; // index of the message's first row in Row

    public MessageReader()
    {
        Row = new Row(EventFields.Schema);
        _parser = new JsonRowParser(Row);
    }

    /// <summary>The row read last. Its index goes on from message to message.</summary>
    public Row Row { get; }

    /// <summary>The first fault of the row, with its index in the message; null when there is none so far.</summary>
    public RowError? Fault => Row.Fault is { } fault ? fault with { Index = fault.Index - _first } : null;

    /// <summary>A copy of the JSON text of the row.</summary>
    public byte[] CopyText() => _message[_start.._consumed];

    /// <summary>Begins a message.</summary>
    /// <param name="message">Its value; null as Kafka permits it.</param>
    /// <returns>Why the message cannot be read as a whole; null when its rows can be.</returns>
    public string? Open(byte[]? message)
    {
        (_message, _state, _consumed) = (message ?? [], default, 0);
        _first = Row.Index + 1;
        _parser.Reset();
        return FindFault(_message);
    }

    /// <summary>Reads the next row of a message that can be read; false when there is none.</summary>
    public bool Read()
    {
        int offset = _consumed;
        var reader = new Utf8JsonReader(_message.AsSpan(offset), isFinalBlock: true, _state);
        bool complete = false;
        while (!complete && reader.Read())
        {
            if (!_parser.Inside)
            {
                bool isArray = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray;
                if (isArray && reader.CurrentDepth == 0) continue;
                Row.MoveNext();
                _start = offset + (int)reader.TokenStartIndex;
            }

            complete = _parser.Accept(ref reader);
        }

        _state = reader.CurrentState;
        _consumed = offset + (int)reader.BytesConsumed;
        return complete;
    }

    private static string? FindFault(ReadOnlySpan<byte> message)
    {
        const string Expected = "A message must be an event as a JSON object, or an array of events";
        if (message.IsEmpty) return $"{Expected}; found nothing.";
        if (!Utf8.IsValid(message)) return $"{Expected}, in UTF-8; found other bytes.";
        var reader = new Utf8JsonReader(message);
        try
        {
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return $"{Expected}; found a single value.";
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException e)
        {
            return $"{Expected}; line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {JsonFaults.Reason(e)}";
        }
    }
}
