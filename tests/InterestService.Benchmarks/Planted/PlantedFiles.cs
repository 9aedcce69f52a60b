using System.Globalization;
using System.IO.Compression;
using InterestService.Pipeline.Events;
using ParquetSharp;

namespace InterestService.Benchmarks.Planted;

/// <summary>Writes planted events to files for upload, ordered by time.</summary>
internal static class PlantedFiles
{
    private const int RowGroupRows = 250_000;

    /// <summary>Writes newline-delimited JSON to a temporary file.</summary>
    /// <returns>The path of the file.</returns>
    public static string WriteNdjson(EventLog log) => Write(log, file => new StreamWriter(file), (writer, user, item, type, time) =>
        writer.WriteLine($$"""{"userId":"{{user}}","itemId":"{{item}}","eventType":"{{type}}","timestamp":"{{time}}"}"""));

    /// <summary>Writes gzipped CSV to a temporary file.</summary>
    /// <returns>The path of the file.</returns>
    public static string WriteCsv(EventLog log) => Write(
        log,
        file =>
        {
            var writer = new StreamWriter(new GZipStream(file, CompressionLevel.Fastest));
            writer.WriteLine("user_id,item_id,event_type,timestamp");
            return writer;
        },
        (writer, user, item, type, time) => writer.WriteLine($"{user},{item},{type},{time}"));

    /// <summary>Writes Parquet to a temporary file as pandas does: Snappy, dictionaries, large row groups.</summary>
    /// <returns>The path of the file.</returns>
    public static string WriteParquet(EventLog log)
    {
        string path = Path.GetTempFileName();
        Column[] columns =
        [
            new Column<string>("user_id"), new Column<string>("item_id"), new Column<string>("event_type"),
            new Column<DateTime>("timestamp", LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Micros)),
        ];
        using var file = new ParquetFileWriter(path, columns);
        foreach (var rows in InOrderOfTime(log).Chunk(RowGroupRows))
        {
            using var group = file.AppendRowGroup();
            Append(row => row.User);
            Append(row => row.Item);
            Append(row => row.Type);
            Append(row => DateTimeOffset.FromUnixTimeMilliseconds(row.Time).UtcDateTime);

            void Append<T>(Func<(string User, string Item, string Type, long Time), T> value)
            {
                using var column = group.NextColumn().LogicalWriter<T>();
                column.WriteBatch(Array.ConvertAll(rows, row => value(row)));
            }
        }

        file.Close();
        return path;
    }

    private static string Write(EventLog log, Func<FileStream, StreamWriter> open, Action<StreamWriter, string, string, string, string> write)
    {
        string path = Path.GetTempFileName();
        using var writer = open(File.Create(path));
        foreach (var (user, item, type, time) in InOrderOfTime(log))
            write(writer, user, item, type, DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        return path;
    }

    private static IEnumerable<(string User, string Item, string Type, long Time)> InOrderOfTime(EventLog log)
    {
        int[] users = new int[log.EventCount], order = [.. Enumerable.Range(0, log.EventCount)];
        for (int user = 0; user < log.UserIds.Length; user++)
            Array.Fill(users, user, log.UserOffsets[user], log.UserOffsets[user + 1] - log.UserOffsets[user]);
        Array.Sort([.. log.Times], order);
        return order.Select(e => (log.UserIds[users[e]], log.ItemIds[log.Items[e]], log.TypeNames[log.Types[e]], log.Times[e]));
    }
}
