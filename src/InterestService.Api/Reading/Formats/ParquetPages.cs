using System.Buffers.Binary;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Bounds the memory that reading a Parquet file takes by what its pages say of themselves, before a library reads it that allocates whatever they
/// say: a file of some kilobytes can hold gigabytes. Format: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
/// </summary>
internal static class ParquetPages
{
    /// <summary>
    /// Maximum size of the largest pages of all columns together, in bytes, decompressed; of a column of lists all pages of a row group count, as they
    /// may hold one row. Most writers make pages of 1 MiB.
    /// </summary>
    private const long MaxPages = 256 << 20;

    /// <summary>Memory of the rows that are read at once, in bytes, beside their pages.</summary>
    private const long BatchBytes = 32 << 20;

    private const int MaxBatchRows = 4096;

    /// <summary>Maximum number of values of a column of lists in a row group.</summary>
    private const long MaxListValues = 1 << 24;

    /// <summary>Maximum number of rows for each byte of the file, beside <see cref="FreeRows"/>. Rows that differ take more than a byte.</summary>
    private const long RowsPerByte = 16;
    private const long FreeRows = 1 << 20;

    private const int MaxFooter = 1 << 26;
    private const int MaxHeader = 1 << 24;

    /// <summary>Checks a file whose footer is readable.</summary>
    /// <param name="file">The file.</param>
    /// <param name="leaves">Positions of the physical columns that are read, and whether each holds lists.</param>
    /// <returns>How many rows may be read at once.</returns>
    /// <exception cref="InvalidDataException">The file takes too much memory, or is damaged.</exception>
    public static int Check(Stream file, IEnumerable<(int Position, bool HasLists)> leaves)
    {
        var groups = ReadGroups(file);
        decimal rows = groups.Sum(group => (decimal)group.Rows), allowed = FreeRows + (RowsPerByte * file.Length);
        if (rows > allowed) throw new InvalidDataException($"a file of {file.Length} bytes must have at most {allowed} rows; this one has {rows}");
        long pages = 0;
        double rowBytes = 0;
        foreach (var leaf in leaves)
        {
            var largest = groups.Select(group => Measure(file, group, leaf.Position, leaf.HasLists)).DefaultIfEmpty().Aggregate(PageSize.Larger);
            pages += largest.Page;
            rowBytes += largest.PerRow;
        }

        if (pages > MaxPages)
            throw new InvalidDataException($"the largest pages of the columns must have at most {MaxPages} bytes together; these have {pages}. Write smaller pages, or fewer rows to a row group");
        return (int)Math.Clamp(BatchBytes / Math.Max(rowBytes, 1), 1, MaxBatchRows);
    }

    private static List<Group> ReadGroups(Stream file)
    {
        byte[] tail = ReadAt(file, file.Length - 8, 8);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length is < 0 or > MaxFooter) throw new InvalidDataException($"the description of the columns must have at most {MaxFooter} bytes; this one has {length}");
        var footer = new ThriftReader(ReadAt(file, file.Length - 8 - length, length));
        var groups = new List<Group>();
        for (long field = 0; footer.ReadField(ref field, out var type);)
        {
            if (field != 4) footer.Skip(type);
            else
                for (long count = footer.ReadList(out _); count > 0; count--) groups.Add(ReadGroup(ref footer));
        }

        return groups;
    }

    private static Group ReadGroup(ref ThriftReader footer)
    {
        var chunks = new List<Chunk>();
        long rows = 0;
        for (long field = 0; footer.ReadField(ref field, out var type);)
        {
            if (field == 3) rows = footer.ReadInteger();
            else if (field != 1) footer.Skip(type);
            else
                for (long count = footer.ReadList(out _); count > 0; count--) chunks.Add(ReadChunk(ref footer));
        }

        return new Group(chunks, rows);
    }

    private static Chunk ReadChunk(ref ThriftReader footer)
    {
        var chunk = default(Chunk);
        for (long field = 0; footer.ReadField(ref field, out var type);)
        {
            if (field == 3) chunk = ReadMetadata(ref footer);
            else footer.Skip(type);
        }

        return chunk;
    }

    private static Chunk ReadMetadata(ref ThriftReader footer)
    {
        long values = 0, data = 0, dictionary = 0;
        for (long field = 0; footer.ReadField(ref field, out var type);)
        {
            switch (field)
            {
                case 5: values = footer.ReadInteger(); break;
                case 9: data = footer.ReadInteger(); break;
                case 11: dictionary = footer.ReadInteger(); break;
                default: footer.Skip(type); break;
            }
        }

        return new Chunk(dictionary > 0 && dictionary < data ? dictionary : data, values);
    }

    /// <summary>Reads the headers of the pages of a column in a row group.</summary>
    private static PageSize Measure(Stream file, Group group, int leaf, bool hasLists)
    {
        if (leaf >= group.Chunks.Count) throw new InvalidDataException($"a row group lacks column {leaf}");
        var chunk = group.Chunks[leaf];
        long position = chunk.Start, values = 0, bytes = 0;
        var largest = default(PageSize);
        while (values < chunk.Values && position < file.Length)
        {
            var page = ReadPage(file, ref position);
            values += page.Values;
            bytes += page.Bytes;
            largest = PageSize.Larger(largest, new PageSize(page.Bytes, page.Values == 0 ? 0 : (double)page.Bytes / page.Values));
        }

        if (!hasLists) return largest;
        if (values > MaxListValues)
            throw new InvalidDataException($"a row group must have at most {MaxListValues} elements of lists; this one has {values}. Write fewer rows to a row group");
        return new PageSize(bytes, 0);
    }

    /// <summary>Reads the header of a page, and advances to the next page.</summary>
    private static (long Bytes, long Values) ReadPage(Stream file, ref long position)
    {
        for (int length = 1 << 10; ; length *= 4)
        {
            byte[] bytes = ReadAt(file, position, (int)Math.Min(length, file.Length - position));
            try
            {
                var header = new ThriftReader(bytes);
                long size = 0, stored = 0, values = 0;
                for (long field = 0; header.ReadField(ref field, out var type);)
                {
                    switch (field)
                    {
                        case 2: size = header.ReadInteger(); break;
                        case 3: stored = header.ReadInteger(); break;
                        case 5 or 8: values = ReadValues(ref header); break;
                        default: header.Skip(type); break;
                    }
                }

                if (size < 0 || stored < 0 || values < 0) throw new InvalidDataException("a page has a negative size");
                position += header.Position + stored;
                return (Math.Max(size, stored), values);
            }
            catch (EndOfStreamException) when (bytes.Length == length && length < MaxHeader)
            {
                // Headers with long statistics do not fit.
            }
        }
    }

    private static long ReadValues(ref ThriftReader header)
    {
        long values = 0;
        for (long field = 0; header.ReadField(ref field, out var type);)
        {
            if (field == 1) values = header.ReadInteger();
            else header.Skip(type);
        }

        return values;
    }

    private static byte[] ReadAt(Stream file, long position, int length)
    {
        if (position < 0 || length < 0 || position + length > file.Length) throw new InvalidDataException("a part of the file is missing");
        byte[] bytes = new byte[length];
        file.Position = position;
        file.ReadExactly(bytes);
        return bytes;
    }

    private sealed record Group(List<Chunk> Chunks, long Rows);

    /// <param name="Start">Where its first page begins.</param>
    /// <param name="Values">Number of its values.</param>
    private readonly record struct Chunk(long Start, long Values);

    /// <param name="Page">Size of a page, in bytes, decompressed.</param>
    /// <param name="PerRow">Size for each of its values.</param>
    private readonly record struct PageSize(long Page, double PerRow)
    {
        public static PageSize Larger(PageSize a, PageSize b) => new(Math.Max(a.Page, b.Page), Math.Max(a.PerRow, b.PerRow));
    }
}
