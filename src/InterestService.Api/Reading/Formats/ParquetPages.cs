using System.Buffers.Binary;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Bounds the memory that reading a Parquet file takes by what its pages say of themselves, before a library reads it that allocates whatever they
/// say: a file of some kilobytes can hold gigabytes. Format: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift.
/// </summary>
internal sealed class ParquetPages
{
    /// <summary>
    /// Maximum size of the largest pages of all columns together, in bytes, decompressed. Most writers make pages of 1 MiB. Of a column of lists the
    /// elements of a row group count, as they may be in one row.
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

    /// <summary>Maximum number of pages, whose headers are read one by one.</summary>
    private const int MaxPageCount = 1 << 20;

    /// <summary>Maximum number of columns of all row groups.</summary>
    private const int MaxChunks = 100_000;

    private const int MaxFooter = 1 << 26;
    private const int MaxHeader = 1 << 24;

    private readonly Stream _file;
    private readonly List<Group> _groups = [];
    private int _chunks;
    private int _pages;

    /// <summary>Reads and checks the footer of a file.</summary>
    /// <exception cref="InvalidDataException">The file takes too much memory or time, or is damaged.</exception>
    /// <exception cref="EndOfStreamException">The file is damaged.</exception>
    public ParquetPages(Stream file)
    {
        _file = file;
        ReadFooter();
        decimal rows = _groups.Sum(group => (decimal)group.Rows), allowed = FreeRows + (RowsPerByte * file.Length);
        if (rows > allowed) throw new InvalidDataException($"a file of {file.Length} bytes must have at most {allowed} rows; this one has {rows}");
    }

    /// <summary>Reads and checks the headers of the pages.</summary>
    /// <param name="leaves">Positions of the physical columns that are read, and whether each holds lists.</param>
    /// <returns>How many rows may be read at once.</returns>
    /// <inheritdoc cref="ParquetPages(Stream)"/>
    public int CountRowsAtOnce(IEnumerable<(int Position, bool HasLists)> leaves)
    {
        long pages = 0;
        double rowBytes = 0;
        foreach (var leaf in leaves)
        {
            var largest = _groups.Select(group => Measure(group, leaf.Position, leaf.HasLists)).DefaultIfEmpty().Aggregate(PageSize.Larger);
            pages += largest.Page;
            rowBytes += largest.PerRow;
        }

        if (pages > MaxPages)
            throw new InvalidDataException($"the largest pages of the columns must have at most {MaxPages} bytes together; these have {pages}. Write smaller pages, or fewer rows to a row group");
        return (int)Math.Clamp(BatchBytes / Math.Max(rowBytes, 1), 1, MaxBatchRows);
    }

    private void ReadFooter()
    {
        byte[] tail = ReadAt(_file.Length - 8, 8);
        if (!tail.AsSpan(4).SequenceEqual("PAR1"u8)) throw new InvalidDataException("it does not end with PAR1");
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length is < 0 or > MaxFooter) throw new InvalidDataException($"the description of the columns must have at most {MaxFooter} bytes; this one has {length}");
        var footer = new ThriftReader(ReadAt(_file.Length - 8 - length, length));
        for (long field = 0; footer.ReadField(ref field, out var type);)
        {
            if (field != 4) footer.Skip(type); // row_groups
            else
                for (long count = footer.ReadList(out _); count > 0; count--) _groups.Add(ReadGroup(ref footer));
        }
    }

    private Group ReadGroup(ref ThriftReader footer)
    {
        var chunks = new List<Chunk>();
        long rows = 0;
        for (long field = 0; footer.ReadField(ref field, out var type);)
        {
            if (field == 3) rows = footer.ReadInteger(); // num_rows
            else if (field != 1) footer.Skip(type); // columns
            else
                for (long count = footer.ReadList(out _); count > 0; count--) chunks.Add(ReadChunk(ref footer));
        }

        if (rows < 0) throw new InvalidDataException("a row group has a negative number of rows");
        return new Group(chunks, rows);
    }

    private Chunk ReadChunk(ref ThriftReader footer)
    {
        if (++_chunks > MaxChunks) throw new InvalidDataException($"the columns of all row groups must be at most {MaxChunks}");
        var chunk = default(Chunk);
        for (long field = 0; footer.ReadField(ref field, out var type);)
        {
            if (field == 3) chunk = ReadMetadata(ref footer); // meta_data
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
                case 5: values = footer.ReadInteger(); break; // num_values
                case 9: data = footer.ReadInteger(); break; // data_page_offset
                case 11: dictionary = footer.ReadInteger(); break; // dictionary_page_offset
                default: footer.Skip(type); break;
            }
        }

        return new Chunk(dictionary > 0 && dictionary < data ? dictionary : data, values);
    }

    /// <summary>Reads the headers of the pages of a column in a row group.</summary>
    private PageSize Measure(Group group, int leaf, bool hasLists)
    {
        if (leaf >= group.Chunks.Count) throw new InvalidDataException($"a row group lacks column {leaf}");
        var chunk = group.Chunks[leaf];
        long position = chunk.Start, values = 0, bytes = 0;
        double entryBytes = 0;
        var largest = default(PageSize);
        while (values < chunk.Values && position < _file.Length)
        {
            if (++_pages > MaxPageCount) throw new InvalidDataException($"it must have at most {MaxPageCount} pages");
            var page = ReadPage(ref position);
            double perValue = (double)page.Bytes / Math.Max(page.Values, 1);
            bytes += page.Bytes;
            if (page.IsDictionary) entryBytes = perValue;
            else values += page.Values;
            largest = PageSize.Larger(largest, new PageSize(page.Bytes, page.IsDictionary ? 0 : perValue));
        }

        if (!hasLists) return largest;
        if (values > MaxListValues)
            throw new InvalidDataException($"a row group must have at most {MaxListValues} elements of lists; this one has {values}. Write fewer rows to a row group");
        return new PageSize(bytes + (long)(values * entryBytes), 0);
    }

    /// <summary>Reads the header of a page, and advances to the next page.</summary>
    private (long Bytes, long Values, bool IsDictionary) ReadPage(ref long position)
    {
        for (int length = 1 << 10; ; length *= 4)
        {
            byte[] bytes = ReadAt(position, (int)Math.Min(length, _file.Length - position));
            try
            {
                var header = new ThriftReader(bytes);
                long size = 0, stored = 0, values = 0;
                bool isDictionary = false;
                for (long field = 0; header.ReadField(ref field, out var type);)
                {
                    switch (field)
                    {
                        case 2: size = header.ReadInteger(); break; // uncompressed_page_size
                        case 3: stored = header.ReadInteger(); break; // compressed_page_size
                        case 5 or 7 or 8: (values, isDictionary) = (ReadValues(ref header), field == 7); break; // headers of data pages and of dictionaries
                        default: header.Skip(type); break;
                    }
                }

                if (size < 0 || stored < 0 || values < 0) throw new InvalidDataException("a page has a negative size");
                position += header.Position + stored;
                return (Math.Max(size, stored), values, isDictionary);
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
            if (field == 1) values = header.ReadInteger(); // num_values
            else header.Skip(type);
        }

        return values;
    }

    private byte[] ReadAt(long position, int length)
    {
        if (position < 0 || length < 0 || position > _file.Length - length) throw new InvalidDataException("a part of the file is missing");
        byte[] bytes = new byte[length];
        _file.Position = position;
        _file.ReadExactly(bytes);
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
