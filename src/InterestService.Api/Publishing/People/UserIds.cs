using System.Collections;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace InterestService.Api.Publishing.People;

/// <summary>
/// Maps numbers to ids of users and back, with an open-addressed table over 64-bit hashes of the ids, which lie in one buffer as UTF-8. A
/// million ids are read in a fraction of a second and cost the garbage collector nothing.
/// </summary>
internal sealed class UserIds : IReadOnlyList<string>
{
    private const int MinSlots = 16;

    private readonly List<byte> _texts = [];
    private readonly List<int> _ends = [];
    private int[] _slots = new int[MinSlots]; // number + 1, or 0

    /// <summary>Number of ids.</summary>
    public int Count => _ends.Count;

    public string this[int number] => Encoding.UTF8.GetString(TextOf(number));

    /// <summary>Adds the id with the next number, which must differ from all earlier ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> id)
    {
        if (2 * (Count + 1) > _slots.Length) Grow();
        int slot = SlotOf(id);
        _texts.AddRange(id);
        _ends.Add(_texts.Count);
        _slots[slot] = Count;
    }

    /// <summary>Returns the number of an id; null when it has none.</summary>
    public int? Find(string id)
    {
        Span<byte> buffer = stackalloc byte[512];
        var text = Encoding.UTF8.TryGetBytes(id, buffer, out int length) ? buffer[..length] : Encoding.UTF8.GetBytes(id);
        return Find(text);
    }

    /// <param name="id">An id in UTF-8.</param>
    public int? Find(ReadOnlySpan<byte> id)
    {
        int number = _slots[SlotOf(id)] - 1;
        return number < 0 ? null : number;
    }

    /// <summary>Returns a copy, which can grow while this one is read.</summary>
    public UserIds Copy()
    {
        var copy = new UserIds { _slots = [.. _slots] };
        copy._texts.AddRange(_texts);
        copy._ends.AddRange(_ends);
        return copy;
    }

    /// <summary>The UTF-8 text of an id.</summary>
    public ReadOnlySpan<byte> TextOf(int number)
    {
        int start = number == 0 ? 0 : _ends[number - 1];
        return CollectionsMarshal.AsSpan(_texts)[start.._ends[number]];
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (int number = 0; number < Count; number++) yield return this[number];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        for (int number = 0; number < Count; number++) _slots[SlotOf(TextOf(number))] = number + 1;
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
}
