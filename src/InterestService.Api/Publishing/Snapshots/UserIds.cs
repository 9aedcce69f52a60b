using System.Collections;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// Maps rows of a snapshot to the ids of users and back, with an open-addressed table over 64-bit hashes of the ids, which lie in one buffer as
/// UTF-8. A million ids are read in a fraction of a second and cost the garbage collector nothing.
/// </summary>
internal sealed class UserIds : IReadOnlyList<string>
{
    private const int MinSlots = 16;

    private readonly List<byte> _texts = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _rows = []; // of each entry: its own index, unless it is an alias
    private bool _anyAliases;
    private int[] _slots = new int[MinSlots]; // entry + 1, or 0

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    public string this[int row] => Encoding.UTF8.GetString(TextOf(row));

    /// <summary>Adds the id of the next row, which must differ from all earlier ones.</summary>
    public void Add(ReadOnlySpan<byte> id) => Insert(id, Count++);

    /// <summary>Makes <paramref name="alias"/> find the row of another id, even if it has a row itself. All rows must have been added.</summary>
    public void AddAlias(string alias, int row)
    {
        _anyAliases = true;
        byte[] text = Encoding.UTF8.GetBytes(alias);
        if (_slots[SlotOf(text)] is > 0 and var entry) _rows[entry - 1] = row;
        else Insert(text, row);
    }

    public int? Find(string id)
    {
        Span<byte> buffer = stackalloc byte[512];
        var text = Encoding.UTF8.TryGetBytes(id, buffer, out int length) ? buffer[..length] : Encoding.UTF8.GetBytes(id);
        int entry = _slots[SlotOf(text)] - 1;
        return entry < 0 ? null : _anyAliases ? _rows[entry] : entry;
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (int row = 0; row < Count; row++) yield return this[row];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Insert(ReadOnlySpan<byte> id, int row)
    {
        if (2 * (_rows.Count + 1) > _slots.Length) Grow();
        int slot = SlotOf(id);
        _texts.AddRange(id);
        _ends.Add(_texts.Count);
        _rows.Add(row);
        _slots[slot] = _rows.Count;
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        for (int entry = 0; entry < _rows.Count; entry++) _slots[SlotOf(TextOf(entry))] = entry + 1;
    }

    /// <returns>The slot of the id or, when there is none, the slot to insert it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int SlotOf(ReadOnlySpan<byte> id)
    {
        int last = _slots.Length - 1;
        int slot = (int)XxHash3.HashToUInt64(id) & last;
        while (_slots[slot] > 0 && !TextOf(_slots[slot] - 1).SequenceEqual(id)) slot = (slot + 1) & last;
        return slot;
    }

    private ReadOnlySpan<byte> TextOf(int entry)
    {
        int start = entry == 0 ? 0 : _ends[entry - 1];
        return CollectionsMarshal.AsSpan(_texts)[start.._ends[entry]];
    }
}
