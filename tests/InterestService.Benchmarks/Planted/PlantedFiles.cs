using System.Globalization;
using System.IO.Compression;
using InterestService.Pipeline.Events;

namespace InterestService.Benchmarks.Planted;

/// <summary>Writes planted events to files for upload, ordered by time.</summary>
internal static class PlantedFiles
{
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

    private static string Write(EventLog log, Func<FileStream, StreamWriter> open, Action<StreamWriter, string, string, string, string> write)
    {
        string path = Path.GetTempFileName();
        int[] users = new int[log.EventCount], order = [.. Enumerable.Range(0, log.EventCount)];
        for (int user = 0; user < log.UserIds.Length; user++)
            Array.Fill(users, user, log.UserOffsets[user], log.UserOffsets[user + 1] - log.UserOffsets[user]);
        Array.Sort([.. log.Times], order);
        using var writer = open(File.Create(path));
        foreach (int e in order)
        {
            string time = DateTimeOffset.FromUnixTimeMilliseconds(log.Times[e]).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            write(writer, log.UserIds[users[e]], log.ItemIds[log.Items[e]], log.TypeNames[log.Types[e]], time);
        }

        return path;
    }
}
