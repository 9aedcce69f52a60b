using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Aggregation;

/// <summary>The items and searches of the users of a set, one user at a time, as rows of an <see cref="AttentionTally"/>. Not thread-safe.</summary>
/// <param name="set">Users and items.</param>
internal sealed class AttentionRows(InteractionSet set)
{
    private int[] _rows = [];
    private float[] _weights = [];
    private int _count;

    /// <summary>The rows of the current user.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>Their weights, positive.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, _count);

    /// <summary>Reads the rows of a user.</summary>
    public void MoveTo(int user)
    {
        var items = set.ColumnsOf(user);
        var searches = set.Searches is { } all ? all.RowOffsets[user]..all.RowOffsets[user + 1] : 0..0;
        _count = items.Length + searches.End.Value - searches.Start.Value;
        if (_rows.Length < _count) (_rows, _weights) = (new int[2 * _count], new float[2 * _count]);
        items.CopyTo(_rows);
        set.WeightsOf(user).CopyTo(_weights);
        for (int i = items.Length, search = searches.Start.Value; i < _count; i++, search++)
            (_rows[i], _weights[i]) = (set.ItemCount + set.Searches!.Columns[search], set.Searches.Weights[search]);
    }
}
