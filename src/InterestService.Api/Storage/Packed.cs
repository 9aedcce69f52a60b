using System.Runtime.InteropServices;

namespace InterestService.Api.Storage;

/// <summary>
/// Numbers in a <c>bytea</c>, as they lie in memory (little-endian). PostgreSQL takes the elements of an array column one by one, which
/// made reading a million users' assignments twice as slow.
/// </summary>
internal static class Packed
{
    public static byte[] Pack<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values).ToArray();

    public static ReadOnlySpan<T> Unpack<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);
}

/// <summary>How probably a user belongs to a cluster.</summary>
/// <param name="Number">Of the cluster within the clustering.</param>
/// <param name="Probability">0 to 1.</param>
internal readonly record struct StoredMembership(int Number, float Probability)
{
    /// <returns>Of a cluster among packed ones; 0: it is not among them.</returns>
    public static float ProbabilityOf(int number, byte[] packed)
    {
        foreach (var membership in Packed.Unpack<StoredMembership>(packed))
            if (membership.Number == number) return membership.Probability;
        return 0;
    }
}
