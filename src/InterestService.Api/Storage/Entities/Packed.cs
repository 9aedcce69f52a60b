using System.Runtime.InteropServices;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Storage.Entities;

/// <summary>
/// Packs values into a <c>bytea</c> as they lie in memory (little-endian). Array columns, whose elements PostgreSQL handles one by one, make
/// reading the assignments of a million users twice as slow.
/// </summary>
internal static class Packed
{
    public static byte[] Pack<T>(ReadOnlySpan<T> values)
        where T : unmanaged => AsBytes(values).ToArray();

    public static ReadOnlySpan<byte> AsBytes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values);

    public static ReadOnlySpan<T> Unpack<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);
}

/// <summary>The probability that a user belongs to a cluster.</summary>
/// <param name="Number">Number of the cluster within the clustering.</param>
/// <param name="Probability">Probability, 0 to 1.</param>
internal readonly record struct StoredMembership(ClusterNumber Number, float Probability)
{
    /// <summary>Returns the memberships of a user as they are stored, the most probable first.</summary>
    public static StoredMembership[] Of(Memberships memberships, int user) =>
    [
        .. Enumerable.Range(user * memberships.Width, memberships.Width)
            .Select(at => new StoredMembership(ClusterNumber.FromIndex(memberships.Clusters[at]), memberships.Probabilities[at])),
    ];

    /// <summary>Returns the probability of a cluster from the memberships of a user; 0 when they do not contain it.</summary>
    public static float ProbabilityOf(ClusterNumber number, ReadOnlySpan<StoredMembership> memberships)
    {
        foreach (var membership in memberships)
            if (membership.Number == number) return membership.Probability;
        return 0;
    }
}
