namespace InterestService.Pipeline.Events;

/// <summary>Names with the columns of their indexes.</summary>
internal static class Vocabularies
{
    /// <summary>
    /// Removes the names that do not occur and orders the others, so that the indexes do not depend on the order in which names came.
    /// </summary>
    /// <param name="indexes">Indexes of names; they are renumbered.</param>
    /// <param name="names">Different names.</param>
    /// <param name="comparer">Order of the names.</param>
    /// <returns>The names that occur, in order.</returns>
    public static T[] Compact<T>(Span<int> indexes, T[] names, IComparer<T> comparer)
    {
        bool[] occurs = new bool[names.Length];
        foreach (int index in indexes) occurs[index] = true;
        int[] order = [.. Enumerable.Range(0, names.Length).Where(index => occurs[index]).OrderBy(index => names[index], comparer)];
        int[] numbers = new int[names.Length];
        foreach (var (number, index) in order.Index()) numbers[index] = number;
        foreach (ref int index in indexes) index = numbers[index];
        return [.. order.Select(index => names[index])];
    }
}
