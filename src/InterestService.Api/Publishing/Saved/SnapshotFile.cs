using System.Text.Json;
using InterestService.Api.Publishing.People;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage;
using InterestService.Pipeline.Evaluation;

namespace InterestService.Api.Publishing.Saved;

/// <summary>
/// A snapshot as a file, which a process that starts while PostgreSQL is away answers lookups from. Only the version that has written a file
/// reads it: it is a copy of what PostgreSQL holds.
/// </summary>
internal static class SnapshotFile
{
    /// <summary>Changes with the format and with every build, whose classes the JSON follows.</summary>
    private static readonly string _format = $"snapshot 1 {typeof(SnapshotFile).Assembly.ManifestModule.ModuleVersionId}";

    /// <summary>Replaces the file as a whole: a crash leaves the one before. Only the user of the process can read it, since it has ids of users.</summary>
    /// <exception cref="IOException">The folder is not writable, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static void Write(Snapshot snapshot, string path)
    {
        string draft = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var writer = new BinaryWriter(new FileStream(draft, options)))
            {
                writer.Write(_format);
                writer.Write(JsonSerializer.Serialize(
                    new Header(snapshot.Publication, WithoutErased(snapshot), snapshot.Metrics, [.. snapshot.IncrementalUsers], snapshot.Increments), InterestDbContext.JsonOptions));
                snapshot.People.Write(writer);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Reads the file.</summary>
    /// <returns>Null when there is none that this version has written.</returns>
    /// <exception cref="IOException">The file is damaged or cannot be read.</exception>
    public static Snapshot? Read(string path)
    {
        if (!File.Exists(path)) return null;
        using var reader = new BinaryReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16));
        if (reader.ReadString() != _format) return null;
        var header = JsonSerializer.Deserialize<Header>(reader.ReadString(), InterestDbContext.JsonOptions)!;
        var snapshot = new Snapshot(header.Publication, header.Clusters, CurrentPeople.Read(reader)) { Metrics = header.Metrics };
        return snapshot.With(header.IncrementalUsers, header.Increments);
    }

    private static ClusterResponse[] WithoutErased(Snapshot snapshot) =>
    [
        .. snapshot.Clustered.Select(cluster => cluster with
        {
            Medoids = [.. cluster.Medoids.Where(id => CurrentPeople.RowOf(snapshot.Rows, snapshot.People.Erased, id) is not null)],
        }),
    ];

    private sealed record Header(
        SnapshotLoader.PublicationRow Publication, ClusterResponse[] Clusters, ClusteringMetrics? Metrics, IncrementalUser[] IncrementalUsers, long Increments);
}
