using System.Runtime.InteropServices;
using Google.Protobuf;

namespace InterestService.Pipeline.Tests.LanguageModels;

/// <summary>
/// A small ONNX file, written field by field after <c>onnx.proto</c>: each token has a row of a table, and its place adds a row of another one
/// where the graph asks for <c>position_ids</c>. The output is the rows, or their mean.
/// </summary>
internal sealed class TinyGraph
{
    /// <summary>An output of the shape <c>[texts, 1, width]</c>, which no sentence encoder has.</summary>
    public const string OneToken = "one_token";

    private const int Float = 1, Int64 = 7;

    /// <summary>Rows of the tokens, all of the same length.</summary>
    public required float[][] Rows { get; init; }

    /// <summary>Inputs of the graph; those that the graph does not use must be fed too.</summary>
    public string[] Inputs { get; init; } = ["input_ids", "attention_mask"];

    /// <summary><c>last_hidden_state</c>, or any other name; <c>sentence_embedding</c> is the mean.</summary>
    public string[] Outputs { get; init; } = ["last_hidden_state"];

    /// <summary>A graph whose token <c>t</c> has a 1 at <c>t</c> and 0 elsewhere: a vector tells which tokens were read.</summary>
    public static TinyGraph OneHot(int tokens) => new()
    {
        Rows = [.. Enumerable.Range(0, tokens).Select(token => (float[])[.. Enumerable.Range(0, tokens).Select(i => i == token ? 1f : 0)])],
    };

    public TinyGraph With(string[]? inputs = null, string[]? outputs = null) => new() { Rows = Rows, Inputs = inputs ?? Inputs, Outputs = outputs ?? Outputs };

    public byte[] ToBytes() => Message(model =>
    {
        Integer(model, 1, 8); // version of the format
        Nested(model, 8, set => Integer(set, 2, 13)); // version of the operators
        Nested(model, 7, graph =>
        {
            Node(graph, "Gather", ["rows", "input_ids"], "states");
            string states = "states";
            if (Inputs.Contains("position_ids"))
            {
                Node(graph, "Gather", ["places", "position_ids"], "placed");
                Node(graph, "Add", ["states", "placed"], states = "sums");
            }

            foreach (string output in Outputs)
            {
                if (output is "sentence_embedding" or OneToken) Node(graph, "ReduceMean", [states], output, ("axes", 1), ("keepdims", output == OneToken ? 1 : 0));
                else Node(graph, "Identity", [states], output);
            }

            Text(graph, 2, "tiny");
            Table(graph, "rows", Rows);
            if (Inputs.Contains("position_ids")) Table(graph, "places", [.. Enumerable.Range(0, 512).Select(place => (float[])[place, .. new float[Rows[0].Length - 1]])]);
            foreach (string input in Inputs)
            {
                if (input.StartsWith("past", StringComparison.Ordinal)) Value(graph, 11, input, Float, "texts", 2, "past", 4);
                else Value(graph, 11, input, Int64, "texts", "tokens");
            }

            foreach (string output in Outputs)
            {
                if (output == "sentence_embedding") Value(graph, 12, output, Float, "texts", Rows[0].Length);
                else Value(graph, 12, output, Float, "texts", "tokens", Rows[0].Length);
            }
        });
    });

    private static void Node(CodedOutputStream graph, string operation, string[] inputs, string output, params (string Name, int Value)[] attributes) => Nested(graph, 1, node =>
    {
        foreach (string input in inputs) Text(node, 1, input);
        Text(node, 2, output);
        Text(node, 4, operation);
        foreach (var (name, value) in attributes) Nested(node, 5, attribute =>
        {
            Text(attribute, 1, name);
            bool list = name == "axes";
            Integer(attribute, list ? 8 : 3, value);
            Integer(attribute, 20, list ? 7 : 2);
        });
    });

    private static void Table(CodedOutputStream graph, string name, float[][] rows) => Nested(graph, 5, tensor =>
    {
        Integer(tensor, 1, rows.Length);
        Integer(tensor, 1, rows[0].Length);
        Integer(tensor, 2, Float);
        Text(tensor, 8, name);
        tensor.WriteTag(9, WireFormat.WireType.LengthDelimited);
        tensor.WriteBytes(ByteString.CopyFrom(MemoryMarshal.AsBytes<float>((float[])[.. rows.SelectMany(row => row)])));
    });

    private static void Value(CodedOutputStream graph, int field, string name, int type, params object[] shape) => Nested(graph, field, value =>
    {
        Text(value, 1, name);
        Nested(value, 2, any => Nested(any, 1, tensor =>
        {
            Integer(tensor, 1, type);
            Nested(tensor, 2, dimensions =>
            {
                foreach (object dimension in shape) Nested(dimensions, 1, one =>
                {
                    if (dimension is int length) Integer(one, 1, length);
                    else Text(one, 2, (string)dimension);
                });
            });
        }));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true)) write(output);
        return stream.ToArray();
    }

    private static void Nested(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Integer(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }
}
