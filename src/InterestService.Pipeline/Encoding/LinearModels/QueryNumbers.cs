using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>
/// Numbers different queries, and knows them by a digest only (the first 128 bits of SHA-256), so that a stored model holds no text that a
/// person has searched for.
/// </summary>
internal sealed class QueryNumbers
{
    private readonly Dictionary<UInt128, int> _numbers;

    private QueryNumbers(Dictionary<UInt128, int> numbers) => _numbers = numbers;

    public int Count => _numbers.Count;

    /// <summary>Numbers some queries in their order.</summary>
    /// <param name="queries">Different texts.</param>
    public static QueryNumbers Create(IEnumerable<string> queries) => Create(queries.Select(Digest));

    /// <summary>Numbers further queries after these.</summary>
    /// <param name="queries">Different texts that have no number.</param>
    public QueryNumbers With(IEnumerable<string> queries) => Create(InOrder().Concat(queries.Select(Digest)));

    /// <summary>Returns whether a query has a number.</summary>
    public bool TryFind(string query, out int number) => _numbers.TryGetValue(Digest(query), out number);

    /// <summary>Writes the complement of the number of queries (int32), then their digests in their order (16 bytes each, little-endian).</summary>
    public void Save(Stream stream)
    {
        stream.Write(MemoryMarshal.AsBytes<int>([~Count]));
        stream.Write(MemoryMarshal.AsBytes<UInt128>(InOrder().ToArray()));
    }

    /// <summary>Reads what <see cref="Save"/> wrote, or the texts as JSON after their length, as earlier versions stored them.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public static QueryNumbers Load(Stream stream)
    {
        int count = 0;
        stream.ReadExactly(MemoryMarshal.AsBytes(new Span<int>(ref count)));
        if (count >= 0)
        {
            byte[] json = new byte[count];
            stream.ReadExactly(json);
            return Create(JsonSerializer.Deserialize<string[]>(json)!);
        }

        var digests = new UInt128[~count];
        stream.ReadExactly(MemoryMarshal.AsBytes(digests.AsSpan()));
        return Create(digests);
    }

    private static QueryNumbers Create(IEnumerable<UInt128> digests) => new(digests.Index().ToDictionary(query => query.Item, query => query.Index));

    private IEnumerable<UInt128> InOrder() => _numbers.OrderBy(query => query.Value).Select(query => query.Key);

    private static UInt128 Digest(string query)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(query), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
