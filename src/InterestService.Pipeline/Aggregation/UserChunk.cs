using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Aggregation;

/// <summary>
/// Some of the users of a clustering whose users are too many for one memory, encoded, with all that the steps after encoding need of them: their
/// events are read once. Immutable.
/// </summary>
/// <param name="UserIds"><c>[users]</c>.</param>
/// <param name="Activity">Number of different items and queries of each user, <c>[users]</c>.</param>
/// <param name="Counts">Whether a user counts for what the clusters are: the encoder knows something of the user, <c>[users]</c>.</param>
/// <param name="Vectors">In the space of the clusters, unit length, <c>[users x dimensions]</c>.</param>
/// <param name="Texts">What the users search for.</param>
/// <param name="RowOffsets">Where the rows of each user begin, <c>[users + 1]</c>.</param>
/// <param name="Rows">Items of the model and, after them, <paramref name="Texts"/>, <c>[entries]</c>.</param>
/// <param name="Weights">Positive, <c>[entries]</c>.</param>
/// <param name="Fixed">
/// The cluster that the algorithm itself has given a user, <c>[users]</c>: its index, or for noise the complement of the nearest one's;
/// <see cref="Free"/>: the nearest centroid decides.
/// </param>
public sealed record UserChunk(
    string[] UserIds, int[] Activity, bool[] Counts, Matrix Vectors, string[] Texts, int[] RowOffsets, int[] Rows, float[] Weights, int[] Fixed)
{
    /// <summary>Says that the nearest centroid decides on the cluster of a user.</summary>
    public const int Free = int.MinValue;

    /// <summary>Selects users of a set.</summary>
    /// <param name="set">Users and items.</param>
    /// <param name="vectors">Vectors of all users of the set, <c>[users x dimensions]</c>.</param>
    /// <param name="users">Rows of the users, ascending.</param>
    /// <param name="counts">Whether a user, by the row, counts for what the clusters are.</param>
    /// <param name="given">The cluster that a user, by the row, has been given. Default: the nearest centroid decides.</param>
    public static UserChunk Create(InteractionSet set, Matrix vectors, int[] users, Func<int, bool> counts, Func<int, int>? given = null)
    {
        var (rows, weights, offsets) = (new List<int>(), new List<float>(), new int[users.Length + 1]);
        var textOf = new Dictionary<int, int>();
        var reader = new AttentionRows(set);
        for (int i = 0; i < users.Length; i++)
        {
            reader.MoveTo(users[i]);
            foreach (int row in reader.Rows)
                rows.Add(row < set.ItemCount ? row : set.ItemCount + IndexOf(row - set.ItemCount));
            weights.AddRange(reader.Weights);
            offsets[i + 1] = rows.Count;
        }

        return new UserChunk(
            [.. users.Select(user => set.Events.UserIds[user])], [.. users.Select(set.ActivityOf)], [.. users.Select(counts)],
            vectors.SelectRows(users), [.. textOf.Keys.Select(text => set.Searches!.Texts[text])], offsets, [.. rows], [.. weights],
            [.. users.Select(user => given?.Invoke(user) ?? Free)]);

        int IndexOf(int text)
        {
            if (!textOf.TryGetValue(text, out int index)) textOf.Add(text, index = textOf.Count);
            return index;
        }
    }

    /// <summary>Writes the chunk for <see cref="Read"/>.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (string[] texts in (string[][])[UserIds, Texts])
        {
            writer.Write(texts.Length);
            foreach (string text in texts) writer.Write(text);
        }

        foreach (int[] values in (int[][])[Activity, RowOffsets, Rows, Fixed]) Write<int>(writer, values);
        Write<bool>(writer, Counts);
        Write<float>(writer, Weights);
        writer.Flush();
        MatrixSerializer.Write(stream, Vectors);
        return stream.ToArray();
    }

    /// <summary>Reads a chunk.</summary>
    /// <exception cref="EndOfStreamException">The content is cut off.</exception>
    public static UserChunk Read(byte[] content)
    {
        using var stream = new MemoryStream(content);
        using var reader = new BinaryReader(stream);
        string[] ids = ReadTexts(), texts = ReadTexts();
        int[] activity = Read<int>(reader), offsets = Read<int>(reader), rows = Read<int>(reader), given = Read<int>(reader);
        bool[] counts = Read<bool>(reader);
        float[] weights = Read<float>(reader);
        return new UserChunk(ids, activity, counts, MatrixSerializer.Read(stream), texts, offsets, rows, weights, given);

        string[] ReadTexts() => [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
    }

    /// <summary>Finds the nearest cluster of each user.</summary>
    /// <param name="centroids"><c>[clusters x dimensions]</c>.</param>
    /// <param name="isNoise">Whether a user, by the row, is noise at a distance from the centroid of a cluster.</param>
    public NearestCluster[] Nearest(Matrix centroids, Func<int, int, float, bool> isNoise) => [.. Enumerable.Range(0, UserIds.Length).Select(user =>
    {
        var vector = Vectors.Row(user);
        if (Fixed[user] != Free)
        {
            int cluster = Fixed[user] < 0 ? ~Fixed[user] : Fixed[user];
            return new NearestCluster(cluster, Fixed[user] < 0, MathF.Sqrt(RowMath.SquaredDistance(vector, centroids.Row(cluster))));
        }

        var (nearest, least) = (0, float.PositiveInfinity);
        for (int cluster = 0; cluster < centroids.Rows; cluster++)
            if (RowMath.SquaredDistance(vector, centroids.Row(cluster)) is var squared && squared < least) (nearest, least) = (cluster, squared);
        float distance = MathF.Sqrt(least);
        return new NearestCluster(nearest, isNoise(user, nearest, distance), distance);
    })];

    /// <summary>Adds the users to a tally of all items of the model.</summary>
    /// <param name="tally">The tally.</param>
    /// <param name="nearest">Their clusters, <c>[users]</c>.</param>
    /// <param name="centroids"><c>[clusters x dimensions]</c>.</param>
    public void CountIn(ClusterTally tally, NearestCluster[] nearest, Matrix centroids)
    {
        var own = new ClusterTally(tally.Clusters, tally.Attention.Items, Texts);
        for (int user = 0; user < UserIds.Length; user++)
        {
            var rows = RowOffsets[user]..RowOffsets[user + 1];
            own.Add(UserIds[user], nearest[user].Cluster, Counts[user], Rows.AsSpan(rows), Weights.AsSpan(rows), Vectors.Row(user), centroids);
        }

        tally.Add(own);
    }

    private static void Write<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes<T>(values));
    }

    private static T[] Read<T>(BinaryReader reader)
        where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}

/// <summary>The cluster of a user.</summary>
/// <param name="Cluster">Index of the nearest cluster.</param>
/// <param name="IsNoise">Whether the user belongs to none.</param>
/// <param name="Distance">Euclidean distance to its centroid.</param>
public readonly record struct NearestCluster(int Cluster, bool IsNoise, float Distance);
