using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Aggregation;

/// <summary>
/// What the users of some groups give their attention to, by row: an item, or after the items a text that users search for. Each user counts the
/// same: the weights of a user's rows are scaled to sum to 1. The tallies of different users add up, so that many users are counted in parts; the
/// same parts in the same order give the same bytes. It takes 24 bytes for each row that a group has. Not thread-safe.
/// </summary>
/// <param name="groups">Number of groups.</param>
/// <param name="items">Number of items.</param>
/// <param name="texts">What users search for, the rows after those of the items. Null: what the tallies that are added have.</param>
public sealed class AttentionTally(int groups, int items, IReadOnlyList<string>? texts)
{
    private const int MinPending = 1 << 16;

    private readonly List<string> _texts = [.. texts ?? []];
    private readonly Dictionary<string, int> _rowOf = (texts ?? []).Index().ToDictionary(text => text.Item, text => items + text.Index, StringComparer.Ordinal);
    private readonly Cell[][] _cells = [.. Enumerable.Range(0, groups).Select(_ => Array.Empty<Cell>())]; // ascending by row, each once
    private readonly List<long> _pendingKeys = []; // group and row of each pending cell
    private readonly List<Cell> _pending = [];

    /// <summary>Number of items, which are the first rows.</summary>
    public int Items => items;

    /// <summary>What users search for, the rows after those of the items.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>Number of users of each group, <c>[groups]</c>.</summary>
    public int[] Users { get; } = new int[groups];

    /// <summary>Returns the mark of a user, by which one user of a row is told from another.</summary>
    public static ulong MarkOf(string userId) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(userId.AsSpan()));

    /// <summary>Counts a user.</summary>
    /// <param name="group">Group of the user.</param>
    /// <param name="user">Mark of the user.</param>
    /// <param name="rows">Rows of the user, each once.</param>
    /// <param name="weights">Positive, <c>[rows]</c>.</param>
    public void Add(int group, ulong user, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights)
    {
        Users[group]++;
        double sum = 0;
        foreach (float weight in weights) sum += weight;
        for (int i = 0; i < rows.Length; i++) Enqueue(group, new Cell(rows[i], 1, weights[i] / sum, user));
        SettleIfMany();
    }

    /// <summary>Adds the users of another tally of the same groups and items. Texts that are none of this tally's are left out, if these were given.</summary>
    public void Add(AttentionTally other)
    {
        for (int group = 0; group < groups; group++)
        {
            Users[group] += other.Users[group];
            foreach (var cell in other.Of(group))
                if (cell.Row < items) Enqueue(group, cell);
                else if (RowOf(other.Texts[cell.Row - items]) is >= 0 and int row) Enqueue(group, cell with { Row = row });
        }

        SettleIfMany();
    }

    /// <summary>Returns the rows of a group, ascending.</summary>
    public ReadOnlySpan<Cell> Of(int group)
    {
        Settle();
        return _cells[group];
    }

    /// <summary>Writes the tally for <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(groups);
        writer.Write(items);
        writer.Write(_texts.Count);
        foreach (string text in _texts) writer.Write(text);
        for (int group = 0; group < groups; group++)
        {
            var cells = Of(group);
            writer.Write(Users[group]);
            writer.Write(cells.Length);
            writer.Write(MemoryMarshal.AsBytes(cells));
        }
    }

    /// <summary>Reads a tally.</summary>
    /// <exception cref="EndOfStreamException">The content is cut off.</exception>
    public static AttentionTally Read(BinaryReader reader)
    {
        var (groups, items) = (reader.ReadInt32(), reader.ReadInt32());
        string[] texts = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
        var tally = new AttentionTally(groups, items, texts);
        for (int group = 0; group < groups; group++)
        {
            tally.Users[group] = reader.ReadInt32();
            tally._cells[group] = new Cell[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(tally._cells[group].AsSpan()));
        }

        return tally;
    }

    /// <returns>-1 for a text that is left out.</returns>
    private int RowOf(string text)
    {
        if (_rowOf.TryGetValue(text, out int row)) return row;
        if (texts is not null) return -1;
        _rowOf.Add(text, row = items + _texts.Count);
        _texts.Add(text);
        return row;
    }

    private void Enqueue(int group, Cell cell)
    {
        _pendingKeys.Add(((long)group << 32) | (uint)cell.Row);
        _pending.Add(cell);
    }

    /// <summary>Settles what is pending when it is a part of the cells, so that each is moved a few times, however many users are added.</summary>
    private void SettleIfMany()
    {
        if (_pending.Count >= MinPending && _pending.Count > _cells.Sum(cells => (long)cells.Length) / 4) Settle();
    }

    /// <summary>Moves what is pending into the cells of the groups.</summary>
    private void Settle()
    {
        if (_pending.Count == 0) return;
        var keys = CollectionsMarshal.AsSpan(_pendingKeys);
        var cells = CollectionsMarshal.AsSpan(_pending);
        keys.Sort(cells);
        for (int first = 0, end; first < keys.Length; first = end)
        {
            int group = (int)(keys[first] >> 32);
            int count = 0;
            for (end = first; end < keys.Length && keys[end] >> 32 == group; end++)
            {
                if (count > 0 && cells[first + count - 1].Row == cells[end].Row) cells[first + count - 1] = cells[first + count - 1].And(cells[end]);
                else cells[first + count++] = cells[end];
            }

            _cells[group] = Merge(_cells[group], cells.Slice(first, count));
        }

        _pendingKeys.Clear();
        _pending.Clear();
    }

    private static Cell[] Merge(ReadOnlySpan<Cell> cells, ReadOnlySpan<Cell> added)
    {
        var merged = new Cell[cells.Length + added.Length];
        int count = 0, next = 0;
        foreach (var cell in cells)
        {
            while (next < added.Length && added[next].Row < cell.Row) merged[count++] = added[next++];
            merged[count++] = next < added.Length && added[next].Row == cell.Row ? cell.And(added[next++]) : cell;
        }

        added[next..].CopyTo(merged.AsSpan(count));
        count += added.Length - next;
        return count == merged.Length ? merged : merged[..count];
    }

    /// <summary>The users of a group who have a row.</summary>
    /// <param name="Row">The row.</param>
    /// <param name="Users">Their number.</param>
    /// <param name="Attention">Sum of the parts of their attention.</param>
    /// <param name="FirstUser">Mark of one of them.</param>
    public readonly record struct Cell(int Row, int Users, double Attention, ulong FirstUser)
    {
        /// <summary>Returns the users of both, none of whom is in both.</summary>
        internal Cell And(Cell other) => this with { Users = Users + other.Users, Attention = Attention + other.Attention };
    }
}
