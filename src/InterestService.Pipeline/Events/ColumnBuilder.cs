using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>Collects values of a column whose length is not known beforehand.</summary>
internal sealed class ColumnBuilder<T>
    where T : unmanaged
{
    private const int MinCapacity = 16;

    private Column<T> _values = [];

    public int Count { get; private set; }

    public T Last => _values[Count - 1];

    public void Add(T value)
    {
        if (Count == _values.Length) _values.Resize(Math.Max(MinCapacity, checked(2 * Count)));
        _values[Count++] = value;
    }

    /// <summary>Adds a value until there are <paramref name="count"/>.</summary>
    public void PadTo(int count, T value)
    {
        while (Count < count) Add(value);
    }

    /// <summary>Hands the column over to the caller, who owns it from then on; the builder is empty again.</summary>
    public Column<T> Build()
    {
        var built = _values;
        built.Resize(Count);
        (_values, Count) = ([], 0);
        return built;
    }
}
