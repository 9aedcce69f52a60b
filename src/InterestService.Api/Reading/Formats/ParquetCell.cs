using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Appends a cell of a Parquet column to a row as the text that other formats have. Text is a string, a category of a dictionary or unannotated
/// bytes, which older writers have for strings, and must be UTF-8. A time is a timestamp in any unit or INT96; one without a time zone is in UTC
/// whatever the zone of the machine. A cell of another type is a fault of its row, as in JSON.
/// </summary>
internal static class ParquetCell
{
    private const int NumberBytes = 64;

    /// <exception cref="InvalidDataException">The file is damaged: a column is shorter than another, or lacks a category.</exception>
    public static void Append(Row row, int field, IArrowArray column, int index)
    {
        row.Begin(field);
        if (!TryFind(ref column, ref index)) return;
        switch (row.Schema.Fields[field].Kind)
        {
            case FieldKind.Number:
                if (!TryAppendNumber(row, field, column, index)) FailType(row, field, column, index);
                break;
            case FieldKind.Time when column is TimestampArray times:
                AppendTime(row, field, times, index);
                break;
            case FieldKind.TextList when column is ListArray list:
                AppendList(row, field, list.Values, list.ValueOffsets[index], list.ValueOffsets[index + 1]);
                break;
            case FieldKind.TextList when column is LargeListArray list:
                AppendList(row, field, list.Values, (int)list.ValueOffsets[index], (int)list.ValueOffsets[index + 1]);
                break;
            default:
                AppendText(row, field, column, index);
                break;
        }
    }

    /// <summary>Finds the cell itself where a column has indices into a dictionary; false when there is no value.</summary>
    private static bool TryFind(ref IArrowArray column, ref int index)
    {
        CheckBounds(column, index);
        if (column.IsNull(index)) return false;
        if (column is not DictionaryArray { Dictionary: var categories, Indices: var indices }) return true;
        (column, index) = (categories, GetIndex(indices, index));
        CheckBounds(column, index);
        return !column.IsNull(index);
    }

    private static void CheckBounds(IArrowArray column, int index)
    {
        if ((uint)index >= (uint)column.Length) throw new InvalidDataException($"A column has {column.Length} values; its value {index} is asked for.");
    }

    private static void AppendText(Row row, int field, IArrowArray column, int index)
    {
        ReadOnlySpan<byte> text;
        if (column is BinaryArray { Data.DataType.TypeId: ArrowTypeId.String or ArrowTypeId.Binary } texts) text = texts.GetBytes(index);
        else if (column is LargeBinaryArray large) text = large.GetBytes(index);
        else if (column is BinaryViewArray views) text = views.GetBytes(index);
        else
        {
            FailType(row, field, column, index);
            return;
        }

        if (Utf8.IsValid(text)) row.Append(field, text);
        else row.Fail(row.Schema.Fields[field].Name, $"{row.Schema.Fields[field].Name} must be UTF-8 text; found other bytes.");
    }

    private static void AppendList(Row row, int field, IArrowArray elements, int begin, int end)
    {
        for (int i = begin; i < end; i++)
        {
            var (element, index) = (elements, i);
            if (!TryFind(ref element, ref index))
            {
                row.FailType(field, "a list with a missing element");
                return;
            }

            if (i > begin) row.Append(field, "|"u8);
            AppendText(row, field, element, index);
        }
    }

    private static void AppendTime(Row row, int field, TimestampArray times, int index)
    {
        var unit = ((TimestampType)times.Data.DataType).Unit;
        long time = times.Values[index];
        var ticks = DateTime.UnixEpoch.Ticks + unit switch
        {
            TimeUnit.Second => (Int128)time * TimeSpan.TicksPerSecond,
            TimeUnit.Millisecond => (Int128)time * TimeSpan.TicksPerMillisecond,
            TimeUnit.Microsecond => (Int128)time * TimeSpan.TicksPerMicrosecond,
            _ => (time / TimeSpan.NanosecondsPerTick) - (time % TimeSpan.NanosecondsPerTick < 0 ? 1 : 0),
        };
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            string name = row.Schema.Fields[field].Name;
            row.Fail(name, $"{name} must be in the years 1 to 9999; found {time} {unit.ToString().ToLowerInvariant()}s since 1970-01-01.");
            return;
        }

        AppendFormatted(row, field, new DateTime((long)ticks, DateTimeKind.Utc), "O");
    }

    private static bool TryAppendNumber(Row row, int field, IArrowArray column, int index)
    {
        switch (column)
        {
            case DoubleArray numbers: return AppendNumber(row, field, numbers, index);
            case FloatArray numbers: return AppendNumber(row, field, numbers, index);
            case HalfFloatArray numbers: return AppendNumber(row, field, numbers, index);
            case Int64Array numbers: return AppendNumber(row, field, numbers, index);
            case Int32Array numbers: return AppendNumber(row, field, numbers, index);
            case Int16Array numbers: return AppendNumber(row, field, numbers, index);
            case Int8Array numbers: return AppendNumber(row, field, numbers, index);
            case UInt64Array numbers: return AppendNumber(row, field, numbers, index);
            case UInt32Array numbers: return AppendNumber(row, field, numbers, index);
            case UInt16Array numbers: return AppendNumber(row, field, numbers, index);
            case UInt8Array numbers: return AppendNumber(row, field, numbers, index);
            case Decimal32Array numbers: return AppendDecimal(row, field, numbers.GetString(index)!);
            case Decimal64Array numbers: return AppendDecimal(row, field, numbers.GetString(index)!);
            case Decimal128Array numbers: return AppendDecimal(row, field, numbers.GetString(index)!);
            case Decimal256Array numbers: return AppendDecimal(row, field, numbers.GetString(index)!);
            default: return false;
        }
    }

    private static bool AppendNumber<T>(Row row, int field, PrimitiveArray<T> numbers, int index)
        where T : struct, INumberBase<T>
    {
        AppendFormatted(row, field, numbers.Values[index], default);
        return true;
    }

    private static bool AppendDecimal(Row row, int field, string number)
    {
        row.Append(field, number);
        return true;
    }

    private static void AppendFormatted<T>(Row row, int field, T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[NumberBytes];
        value.TryFormat(text, out int length, format, CultureInfo.InvariantCulture);
        row.Append(field, text[..length]);
    }

    private static int GetIndex(IArrowArray indices, int index) => indices switch
    {
        Int8Array i => i.Values[index],
        Int16Array i => i.Values[index],
        Int32Array i => i.Values[index],
        Int64Array i => (int)i.Values[index],
        UInt8Array i => i.Values[index],
        UInt16Array i => i.Values[index],
        UInt32Array i => (int)i.Values[index],
        _ => throw new InvalidDataException($"A dictionary has indices of type {indices.Data.DataType.Name}."),
    };

    private static void FailType(Row row, int field, IArrowArray column, int index)
    {
        string type = column.Data.DataType.Name;
        row.Begin(field);
        string found = TryAppendNumber(row, field, column, index) ? $"the {type} {Encoding.UTF8.GetString(row[field])}" : $"a value of type {type}";
        row.Begin(field);
        row.FailType(field, found);
    }
}
