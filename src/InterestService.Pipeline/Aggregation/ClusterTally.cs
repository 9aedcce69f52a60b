using System.Numerics.Tensors;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Aggregation;

/// <summary>
/// What profiles and lists of popular items need to know of the users of each cluster. The tallies of different users add up. Not thread-safe.
/// </summary>
public sealed class ClusterTally
{
    private const int MedoidCount = 3;

    private readonly double[] _cosines;
    private readonly List<Medoid>[] _medoids;

    private ClusterTally(AttentionTally attention, int[] sizes, double[] cosines, List<Medoid>[] medoids) =>
        (Attention, Sizes, _cosines, _medoids) = (attention, sizes, cosines, medoids);

    /// <summary>Creates an empty tally.</summary>
    /// <param name="clusters">Number of clusters.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="texts">What users search for. Null: what the tallies that are added have.</param>
    public ClusterTally(int clusters, int items, IReadOnlyList<string>? texts)
        : this(
            new AttentionTally(clusters + 1, items, texts), new int[clusters], new double[clusters],
            [.. Enumerable.Range(0, clusters).Select(_ => new List<Medoid>())])
    {
    }

    /// <summary>Number of clusters.</summary>
    public int Clusters => Sizes.Length;

    /// <summary>Attention by cluster; in a last group that of users who count in no cluster.</summary>
    public AttentionTally Attention { get; }

    /// <summary>Number of users nearest to each cluster, those who do not count among them, <c>[clusters]</c>.</summary>
    public int[] Sizes { get; }

    /// <summary>Counts the users of a set.</summary>
    /// <param name="set">Users and items; what users search for counts as one more item.</param>
    /// <param name="vectors">User vectors of unit length, <c>[users x dimensions]</c>.</param>
    /// <param name="labels">Cluster of each user, from 0, <c>[users]</c>.</param>
    /// <param name="telling">The same, -1 for users who belong to the cluster but count in no share, <c>[users]</c>.</param>
    /// <param name="centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
    public static ClusterTally Count(InteractionSet set, Matrix vectors, int[] labels, int[] telling, Matrix centroids)
    {
        var tally = new ClusterTally(centroids.Rows, set.ItemCount, set.Searches?.Texts ?? []);
        var rows = new AttentionRows(set);
        for (int user = 0; user < labels.Length; user++)
        {
            rows.MoveTo(user);
            tally.Add(set.Events.UserIds[user], labels[user], telling[user] >= 0, rows.Rows, rows.Weights, vectors.Row(user), centroids);
        }

        return tally;
    }

    /// <summary>Counts a user.</summary>
    /// <param name="userId">Id of the user.</param>
    /// <param name="cluster">The user's cluster.</param>
    /// <param name="counts">Whether the user counts in the shares of the cluster.</param>
    /// <param name="rows">The user's items and texts, as rows of <see cref="Attention"/>.</param>
    /// <param name="weights">Positive, <c>[rows]</c>.</param>
    /// <param name="vector">Unit length, <c>[dimensions]</c>.</param>
    /// <param name="centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
    public void Add(
        string userId, int cluster, bool counts, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, ReadOnlySpan<float> vector, Matrix centroids)
    {
        Sizes[cluster]++;
        Attention.Add(counts ? cluster : Clusters, AttentionTally.MarkOf(userId), rows, weights);
        if (!counts) return;
        float cosine = TensorPrimitives.Dot(vector, centroids.Row(cluster));
        _cosines[cluster] += cosine;
        Rank(cluster, new Medoid(cosine, userId));
    }

    /// <summary>Adds the users of another tally of the same clusters and items. Texts that are none of this tally's are left out, if these were given.</summary>
    public void Add(ClusterTally other)
    {
        Attention.Add(other.Attention);
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            Sizes[cluster] += other.Sizes[cluster];
            _cosines[cluster] += other._cosines[cluster];
            foreach (var medoid in other._medoids[cluster]) Rank(cluster, medoid);
        }
    }

    /// <summary>Returns the mean cosine of the users of a cluster with its centroid; 0 where none counts.</summary>
    public double CohesionOf(int cluster) => Attention.Users[cluster] == 0 ? 0 : _cosines[cluster] / Attention.Users[cluster];

    /// <summary>Returns the users closest to the centroid of a cluster, the closest first.</summary>
    public string[] MedoidsOf(int cluster) => [.. _medoids[cluster].Select(medoid => medoid.UserId)];

    /// <summary>Writes the tally for <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        Attention.Write(writer);
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            writer.Write(Sizes[cluster]);
            writer.Write(_cosines[cluster]);
            writer.Write(_medoids[cluster].Count);
            foreach (var (cosine, userId) in _medoids[cluster])
            {
                writer.Write(cosine);
                writer.Write(userId);
            }
        }
    }

    /// <summary>Reads a tally.</summary>
    public static ClusterTally Read(BinaryReader reader)
    {
        var attention = AttentionTally.Read(reader);
        int clusters = attention.Users.Length - 1;
        var tally = new ClusterTally(attention, new int[clusters], new double[clusters], new List<Medoid>[clusters]);
        for (int cluster = 0; cluster < clusters; cluster++)
        {
            (tally.Sizes[cluster], tally._cosines[cluster]) = (reader.ReadInt32(), reader.ReadDouble());
            tally._medoids[cluster] = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => new Medoid(reader.ReadSingle(), reader.ReadString()))];
        }

        return tally;
    }

    private void Rank(int cluster, Medoid medoid)
    {
        var ranked = _medoids[cluster];
        if (ranked.Count == MedoidCount && ranked[^1].CompareTo(medoid) < 0) return;
        int place = ranked.BinarySearch(medoid);
        ranked.Insert(place < 0 ? ~place : place, medoid);
        if (ranked.Count > MedoidCount) ranked.RemoveAt(MedoidCount);
    }

    /// <summary>A user near a centroid; the nearest comes first, of equally near ones the first id.</summary>
    private readonly record struct Medoid(float Cosine, string UserId) : IComparable<Medoid>
    {
        public int CompareTo(Medoid other) =>
            other.Cosine.CompareTo(Cosine) is not 0 and var nearer ? nearer : string.CompareOrdinal(UserId, other.UserId);
    }
}
