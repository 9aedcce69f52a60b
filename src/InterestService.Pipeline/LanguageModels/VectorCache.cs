namespace InterestService.Pipeline.LanguageModels;

/// <summary>Keeps the vectors that were asked for last, up to a number of bytes. Thread-safe.</summary>
/// <param name="maxBytes">At 0 nothing is kept.</param>
internal sealed class VectorCache(long maxBytes)
{
    /// <summary>What an entry takes beside its numbers: its key, its place in the order and in the table. An estimate.</summary>
    private const int Overhead = 150;

    private readonly Dictionary<UInt128, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _order = []; // the latest first
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>Returns the numbers of a key, which become the latest; null where there are none.</summary>
    public float[]? Find(UInt128 key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node)) return null;
            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Numbers;
        }
    }

    /// <summary>Keeps the numbers of a key and drops those that were asked for the longest time ago.</summary>
    public void Add(UInt128 key, float[] numbers)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var before)) Remove(before);
            _entries[key] = _order.AddFirst(new Entry(key, numbers));
            _bytes += Size(numbers);
            while (_bytes > maxBytes) Remove(_order.Last!);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _order.Remove(node);
        _entries.Remove(node.Value.Key);
        _bytes -= Size(node.Value.Numbers);
    }

    private static long Size(float[] numbers) => Overhead + (sizeof(float) * (long)numbers.Length);

    private readonly record struct Entry(UInt128 Key, float[] Numbers);
}
