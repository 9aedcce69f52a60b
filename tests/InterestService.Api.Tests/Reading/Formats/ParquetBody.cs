using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetSharp;
using Field = Apache.Arrow.Field;
using TimeUnit = Apache.Arrow.Types.TimeUnit;

namespace InterestService.Api.Tests.Reading.Formats;

/// <summary>Writes Parquet files with the library of Arrow, which pandas uses as well.</summary>
internal static class ParquetBody
{
    public static byte[] Write(
        IReadOnlyList<(string Name, IArrowArray Values)> columns, Compression compression = Compression.Snappy, int rowGroup = 1000, bool dictionary = true)
    {
        var schema = new Schema(columns.Select(column => new Field(column.Name, column.Values.Data.DataType, nullable: true)), []);
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(compression);
        if (!dictionary) builder.DisableDictionary();
        using var properties = builder.Build();
        using var body = new MemoryStream();
        using (var writer = new ParquetSharp.Arrow.FileWriter(body, schema, properties, leaveOpen: true))
        {
            writer.WriteRecordBatch(new RecordBatch(schema, columns.Select(column => column.Values), columns[0].Values.Length), rowGroup);
            writer.Close();
        }

        return body.ToArray();
    }

    public static StringArray Texts(params IEnumerable<string?> values)
    {
        var texts = new StringArray.Builder();
        foreach (string? value in values) texts.Append(value!);
        return texts.Build();
    }

    /// <summary>Bytes that no type says to be text, as older writers have them.</summary>
    public static BinaryArray Bytes(byte[]?[] values)
    {
        var bytes = new BinaryArray.Builder();
        foreach (byte[]? value in values)
        {
            if (value is null) bytes.AppendNull();
            else bytes.Append(value.AsSpan());
        }

        return bytes.Build();
    }

    public static DoubleArray Numbers(params double?[] values)
    {
        var numbers = new DoubleArray.Builder();
        foreach (double? value in values) numbers.Append(value);
        return numbers.Build();
    }

    public static TimestampArray Times(TimeUnit unit, string? zone, params long[] values)
    {
        var raw = new Int64Array.Builder().AppendRange(values).Build();
        return new TimestampArray(new ArrayData(new TimestampType(unit, zone), raw.Length, 0, 0, raw.Data.Buffers));
    }

    public static ListArray Lists(params string?[]?[] values)
    {
        var lists = new ListArray.Builder(StringType.Default);
        var texts = (StringArray.Builder)lists.ValueBuilder;
        foreach (string?[]? list in values)
        {
            if (list is null) lists.AppendNull();
            else
            {
                lists.Append();
                foreach (string? text in list) texts.Append(text!);
            }
        }

        return lists.Build();
    }

    /// <summary>Text as a category, an index into a dictionary.</summary>
    public static DictionaryArray Categories(string[] categories, params sbyte[] indices) => new(
        new DictionaryType(Int8Type.Default, StringType.Default, ordered: false), new Int8Array.Builder().AppendRange(indices).Build(), Texts(categories));

    /// <summary>Columns that an event must have, with <paramref name="count"/> rows.</summary>
    public static List<(string Name, IArrowArray Values)> Events(int count) =>
    [
        ("user_id", Texts(Enumerable.Range(0, count).Select(i => $"u{i % 97}"))),
        ("item_id", Texts(Enumerable.Range(0, count).Select(i => $"i{i * 7919 % 20011}"))),
        ("event_type", Texts(Enumerable.Repeat("view", count))),
        ("timestamp", Times(TimeUnit.Microsecond, "UTC", [.. Enumerable.Range(0, count).Select(i => 1_714_564_800_000_000L + i)])),
    ];
}
