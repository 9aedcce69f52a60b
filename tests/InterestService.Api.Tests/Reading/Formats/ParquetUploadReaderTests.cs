using Apache.Arrow;
using Apache.Arrow.Types;
using DuckDB.NET.Data;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Tests.Support;
using ParquetSharp;
using Column = ParquetSharp.Column;
using TimeUnit = Apache.Arrow.Types.TimeUnit;

namespace InterestService.Api.Tests.Reading.Formats;

public sealed class ParquetUploadReaderTests
{
    [Theory]
    [InlineData(TimeUnit.Second, "UTC", 1_700_000_001, "2023-11-14T22:13:21.0000000Z")]
    [InlineData(TimeUnit.Millisecond, "UTC", 1_700_000_001_250, "2023-11-14T22:13:21.2500000Z")]
    [InlineData(TimeUnit.Microsecond, null, -1, "1969-12-31T23:59:59.9999990Z")]
    [InlineData(TimeUnit.Nanosecond, "America/New_York", -1, "1969-12-31T23:59:59.9999999Z")]
    [InlineData(TimeUnit.Nanosecond, null, 1_700_000_001_123_456_789, "2023-11-14T22:13:21.1234567Z")]
    public async Task Timestamps_of_any_unit_are_instants_and_without_a_zone_in_UTC(TimeUnit unit, string? zone, long value, string expected) =>
        Assert.Equal(expected, (await ReadAsync(("timestamp", ParquetBody.Times(unit, zone, value)))).Fields["timestamp"]);

    [Fact]
    public async Task A_time_that_no_calendar_has_is_a_fault_of_its_row()
    {
        var row = await ReadAsync(("timestamp", ParquetBody.Times(TimeUnit.Millisecond, "UTC", 1_700_000_001_000_000_000)));
        Assert.Equal("timestamp", row.Fault!.Field);
        Assert.Contains("years 1 to 9999", row.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task INT96_times_of_older_Spark_are_read_without_a_zone()
    {
        using var body = new MemoryStream();
        Column[] columns = [new Column<string>("user_id"), new Column<string>("item_id"), new Column<string>("event_type"), new Column<Int96>("timestamp")];
        using (var writer = new ParquetFileWriter(body, columns, leaveOpen: true))
        {
            using var group = writer.AppendRowGroup();
            foreach (string text in new[] { "u", "i", "view" })
                using (var column = group.NextColumn().LogicalWriter<string>()) column.WriteBatch([text]);
            const int Day = 2_460_389; // the Julian day of 2024-03-19
            long nanoseconds = (3_600L + 7) * 1_000_000_000;
            using (var column = group.NextColumn().LogicalWriter<Int96>()) column.WriteBatch([new Int96((int)nanoseconds, (int)(nanoseconds >> 32), Day)]);
            writer.Close();
        }

        Assert.Equal("2024-03-19T01:00:07.0000000Z", Assert.Single(await ReadRow.AllAsync(ReadRow.Parquet, body.ToArray())).Fields["timestamp"]);
    }

    [Fact]
    public async Task Numbers_of_every_type_are_exact()
    {
        (IArrowArray Values, string Text)[] numbers =
        [
            (ParquetBody.Numbers(0.1), "0.1"), (new FloatArray.Builder().Append(0.1f).Build(), "0.1"),
            (new Int64Array.Builder().Append(9_007_199_254_740_993).Build(), "9007199254740993"), (new UInt8Array.Builder().Append(255).Build(), "255"),
            (new Int16Array.Builder().Append(-3).Build(), "-3"), (new Decimal128Array.Builder(new Decimal128Type(12, 3)).Append(-7.125m).Build(), "-7.125"),
        ];
        foreach (var (values, text) in numbers) Assert.Equal(text, (await ReadAsync(("value", values))).Fields["value"]);
        Assert.False((await ReadAsync(("value", ParquetBody.Numbers((double?)null)))).Fields.ContainsKey("value"));
        Assert.Contains("must be a number; found a value of type utf8", (await ReadAsync(("value", ParquetBody.Texts("1")))).Fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_and_categories_are_text()
    {
        Assert.Equal("Tea|Green", (await ReadAsync(("category", ParquetBody.Lists(["Tea", "Green"])))).Fields["category"]);
        Assert.False((await ReadAsync(("category", ParquetBody.Lists([[]])))).Fields.ContainsKey("category"));
        Assert.False((await ReadAsync(("category", ParquetBody.Lists((string?[]?)null)))).Fields.ContainsKey("category"));
        Assert.Contains("missing element", (await ReadAsync(("category", ParquetBody.Lists(["a", null])))).Fault!.Message, StringComparison.Ordinal);
        Assert.Equal("b", (await ReadAsync(("source", ParquetBody.Categories(["a", "b"], 1)))).Fields["source"]);
    }

    [Fact]
    public async Task A_number_as_an_id_is_a_fault_that_names_the_field_and_the_number()
    {
        var whole = (await ReadAsync(("user_id", new Int64Array.Builder().Append(9_007_199_254_740_993).Build()))).Fault!;
        Assert.Equal(("userId", "userId must be a string; found the int64 9007199254740993."), (whole.Field, whole.Message));
        Assert.Equal("userId must be a string; found the double 1001.", (await ReadAsync(("user_id", ParquetBody.Numbers(1001)))).Fault!.Message);
        Assert.Contains("date32", (await ReadAsync(("timestamp", new Date32Array.Builder().Append(DateTimeOffset.UnixEpoch).Build()))).Fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_of_pandas_is_ignored_and_a_missing_column_is_named()
    {
        var columns = ParquetBody.Events(3);
        columns.Insert(0, ("__index_level_0__", new Int64Array.Builder().AppendRange([5, 6, 7]).Build()));
        Assert.Equal(3, (await ReadRow.AllAsync(ReadRow.Parquet, ParquetBody.Write(columns))).Count(row => row.Fault is null));
        columns.RemoveAll(column => column.Name == "timestamp");
        Assert.Contains("lacks timestamp", await ReadRow.ProblemAsync(ReadRow.Parquet, ParquetBody.Write(columns)), StringComparison.Ordinal);
        columns.Add(("userId", columns[1].Values));
        Assert.Contains("names user_id 2 times", await ReadRow.ProblemAsync(ReadRow.Parquet, ParquetBody.Write(columns)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Compression.Uncompressed, true)]
    [InlineData(Compression.Snappy, false)]
    [InlineData(Compression.Gzip, true)]
    [InlineData(Compression.Zstd, false)]
    [InlineData(Compression.Lz4, true)]
    [InlineData(Compression.Brotli, true)]
    public async Task Row_groups_and_pages_of_every_compression_are_one_sequence_of_rows(Compression compression, bool dictionary)
    {
        var rows = await ReadRow.AllAsync(ReadRow.Parquet, ParquetBody.Write(ParquetBody.Events(10_000), compression, rowGroup: 3000, dictionary));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => ((long)i, $"u{i % 97} i{i * 7919 % 20011}")), rows.Select(row => (row.Index, $"{row.Fields["userId"]} {row.Fields["itemId"]}")));
    }

    [Fact]
    public async Task A_file_of_DuckDB_is_read()
    {
        var rows = await ReadRow.AllAsync(ReadRow.Parquet, await DuckAsync("""
            SELECT 'usér ' || i AS user_id, 'item' AS item_id, 'view' AS event_type, make_timestamp(1714564800000000 + i) AS "timestamp",
                (i / 4)::DECIMAL(9, 2) AS value, ['x', 'y'] AS category, NULL::VARCHAR AS title FROM range(5000) AS t(i)
            """, "ROW_GROUP_SIZE 2048"));
        Assert.Equal(5000, rows.Count(row => row.Fault is null));
        Assert.Equal(("usér 4999", "2024-05-01T12:00:00.0049990Z", "1249.75", "x|y"), (rows[^1].Fields["userId"], rows[^1].Fields["timestamp"], rows[^1].Fields["value"], rows[^1].Fields["category"]));
    }

    [Theory]
    [InlineData("repeat('x', 300000000) AS title", "", 1, "must have at most 268435456 bytes")]
    [InlineData("(SELECT array_agg('a') FROM range(17000000)) AS category", "", 1, "at most 16777216 elements of lists")]
    [InlineData("(SELECT array_agg(repeat('x', 1000)) FROM range(300000)) AS category", "", 1, "must have at most 268435456 bytes")]
    [InlineData("'a' AS title", "ROW_GROUP_SIZE 4000000", 30_000_000, "rows; this one has 30000000")]
    public async Task A_small_file_that_takes_much_memory_or_time_is_refused(string column, string options, int rows, string reason)
    {
        byte[] body = await DuckAsync(
            $"SELECT 'u' AS user_id, 'i' AS item_id, 'view' AS event_type, TIMESTAMP '2024-05-01 12:00:00' AS timestamp, {column} FROM range({rows})", options);
        Assert.InRange(body.Length, 100, 1_500_000);
        Assert.Contains(reason, await ReadRow.ProblemAsync(ReadRow.Parquet, body), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_read_at_once_as_their_size_permits()
    {
        Assert.Equal(4096, Check(ParquetBody.Write(ParquetBody.Events(5000), rowGroup: 1500), columns: 4));
        var wide = ParquetBody.Events(300);
        wide.Add(("title", ParquetBody.Texts(Enumerable.Range(0, 300).Select(i => new string((char)('a' + (i % 26)), 100_000 + i)))));
        Assert.InRange(Check(ParquetBody.Write(wide, Compression.Zstd, dictionary: false), columns: 5), 200, 340);

        static int Check(byte[] body, int columns) => new ParquetPages(new MemoryStream(body)).CountRowsAtOnce(Enumerable.Range(0, columns).Select(leaf => (leaf, false)));
    }

    [Fact]
    public async Task A_long_text_is_a_fault_of_its_row()
    {
        var columns = ParquetBody.Events(3);
        columns.Add(("title", ParquetBody.Texts("a", new string('x', 40_000_000), "b")));
        var rows = await ReadRow.AllAsync(ReadRow.Parquet, ParquetBody.Write(columns, Compression.Zstd));
        Assert.Equal([null, "A row must be at most 1048576 bytes; found a longer one.", null], rows.Select(row => row.Fault?.Message));
    }

    [Fact]
    public async Task A_file_without_rows_has_none()
    {
        Assert.Empty(await ReadRow.AllAsync(ReadRow.Parquet, ParquetBody.Write(ParquetBody.Events(0))));
        Assert.Empty(await ReadRow.AllAsync(ReadRow.Parquet, await DuckAsync("SELECT 'u' AS user_id, 'i' AS item_id, 'view' AS event_type, now() AS timestamp LIMIT 0", "")));
    }

    [Fact]
    public async Task A_damaged_file_is_refused_or_read_and_never_another_error()
    {
        byte[][] files = [.. new[] { Compression.Uncompressed, Compression.Snappy, Compression.Zstd }.Select(compression => ParquetBody.Write(ParquetBody.Events(300), compression, 100))];
        int refused = 0;
        for (int seed = 0; seed < 900; seed++)
        {
            var random = new Random(seed);
            byte[] body = [.. files[seed % files.Length]];
            for (int i = random.Next(4); i >= 0; i--) body[random.Next(seed % 2 == 0 ? 0 : body.Length * 3 / 4, body.Length)] = (byte)random.Next(256);
            try
            {
                await ReadRow.AllAsync(ReadRow.Parquet, body[..(seed % 7 == 0 ? random.Next(1, body.Length) : body.Length)]);
            }
            catch (BadUploadException e)
            {
                Assert.Equal(400, e.Status);
                refused++;
            }
        }

        Assert.InRange(refused, 300, 900);
    }

    [Fact]
    public async Task No_file_stays_behind()
    {
        foreach (byte[] body in new[] { ParquetBody.Write(ParquetBody.Events(10)), "PAR1 and no end"u8.ToArray() })
            await Record.ExceptionAsync(() => ReadRow.AllAsync(ReadRow.Parquet, body));
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "interest-upload-*"));
    }

    /// <summary>Reads one event in which a column is replaced or added.</summary>
    private static async Task<ReadRow> ReadAsync((string Name, IArrowArray Values) column)
    {
        var columns = ParquetBody.Events(1);
        columns.RemoveAll(other => other.Name == column.Name);
        columns.Add(column);
        return Assert.Single(await ReadRow.AllAsync(ReadRow.Parquet, ParquetBody.Write(columns)));
    }

    /// <summary>Writes the result of a query with DuckDB.</summary>
    private static async Task<byte[]> DuckAsync(string query, string options)
    {
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "events.parquet");
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        await using var command = duck.CreateCommand();
        command.CommandText = $"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd{(options.Length > 0 ? $", {options}" : "")})";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
    }
}
