using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Evaluation.Separation;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>What profiles and metrics need to know of users who are counted in parts. Not thread-safe.</summary>
internal sealed class ShardCounts
{
    private readonly ShardStep _step;

    /// <param name="step">The step, whose sums are known.</param>
    /// <param name="items">Number of items of the model.</param>
    /// <param name="texts">The texts of searches to count. Null: all.</param>
    public ShardCounts(ShardStep step, int items, IReadOnlyList<string>? texts)
    {
        _step = step;
        Separation = new SeparationSums(step.Sums!.Means(), step.Sums.Counts);
        Tally = new ClusterTally(step.Centroids.Rows, items, texts);
    }

    public SeparationSums Separation { get; }

    public ClusterTally Tally { get; }

    /// <summary>Counts the users of a chunk.</summary>
    public void Add(UserChunk chunk, NearestCluster[] nearest)
    {
        chunk.CountIn(Tally, nearest, _step.Centroids);
        for (int user = 0; user < nearest.Length; user++)
            Separation.Add(chunk.Vectors.Row(user), nearest[user].Cluster, nearest[user].IsNoise, chunk.Counts[user]);
    }

    /// <summary>Adds what <see cref="Write"/> has written for the same step.</summary>
    public void Add(byte[] written)
    {
        using var reader = new BinaryReader(new MemoryStream(written));
        Separation.AddFrom(reader);
        Tally.Add(ClusterTally.Read(reader));
    }

    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Separation.Write(writer);
        Tally.Write(writer);
        writer.Flush();
        return stream.ToArray();
    }
}
