using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace InterestService.Api.Hosting;

/// <summary>
/// One of several parts of all users, by a hash of the id: that of <c>split_clients</c> of nginx, so that nginx finds the part of a request.
/// </summary>
/// <param name="Number">Which part, 1 to <paramref name="Count"/>.</param>
/// <param name="Count">Number of parts.</param>
internal sealed record UserPart(int Number, int Count)
{
    public const int MaxCount = 1000;

    private const uint Multiplier = 0x5bd1e995;

    /// <summary>Reads a part as <c>2/4</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out UserPart? part)
    {
        part = text.Split('/') is [var number, var count]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int k)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            && k >= 1 && k <= n && n <= MaxCount ? new UserPart(k, n) : null;
        return part is not null;
    }

    /// <summary>Returns whether an id falls into this part.</summary>
    public bool Contains(string id) => NumberOf(id) == Number;

    /// <inheritdoc cref="Contains(string)"/>
    /// <param name="id">The id in UTF-8.</param>
    public bool Contains(ReadOnlySpan<byte> id) => NumberOf(id, Count) == Number;

    /// <summary>Returns the number of the part that an id falls into.</summary>
    public int NumberOf(string id) => NumberOf(Encoding.UTF8.GetBytes(id), Count);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    /// <summary>Cuts the range of the hash into equal parts: the first whose end, rounded down, is above the hash, otherwise the last.</summary>
    private static int NumberOf(ReadOnlySpan<byte> id, int count)
    {
        ulong above = ((Hash(id) + 1UL) * (ulong)count + uint.MaxValue - 1) / uint.MaxValue;
        return (int)Math.Min(above, (ulong)count);
    }

    /// <summary>MurmurHash2 with 32 bits and the seed 0 (Austin Appleby, 2008, public domain).</summary>
    private static uint Hash(ReadOnlySpan<byte> data)
    {
        uint hash = (uint)data.Length;
        for (; data.Length >= sizeof(uint); data = data[sizeof(uint)..])
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(data) * Multiplier;
            word ^= word >> 24;
            hash = (hash * Multiplier) ^ (word * Multiplier);
        }

        if (data.Length > 2) hash ^= (uint)data[2] << 16;
        if (data.Length > 1) hash ^= (uint)data[1] << 8;
        if (data.Length > 0) hash = (hash ^ data[0]) * Multiplier;
        hash = (hash ^ (hash >> 13)) * Multiplier;
        return hash ^ (hash >> 15);
    }
}
