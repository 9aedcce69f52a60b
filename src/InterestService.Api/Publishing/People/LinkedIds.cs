using System.Text;

namespace InterestService.Api.Publishing.People;

/// <summary>
/// Which row of a snapshot a linked id finds. A person has the row of the id that represents the person or, where the clustering did not know
/// that id, the row of the first alias that it knew.
/// </summary>
/// <param name="rowOf">Returns the row of an id itself; null when it has none.</param>
internal sealed class LinkedIds(Func<string, int?> rowOf)
{
    private readonly UserIds _others = new();
    private readonly List<int> _rowsOfOthers = [];
    private readonly Dictionary<int, int> _moved = [];
    private readonly Dictionary<int, string> _persons = [];

    /// <summary>Adds a person with more than one id.</summary>
    /// <param name="person">The id that represents the person.</param>
    /// <param name="aliases">The other ids, in an order that is the same in every process.</param>
    public void Add(string person, IReadOnlyList<string> aliases)
    {
        int? own = rowOf(person);
        if ((own ?? aliases.Select(rowOf).FirstOrDefault(row => row is not null)) is not { } shown) return;
        if (own is null)
        {
            _persons.Add(shown, person);
            AddOther(person, shown);
        }

        foreach (string alias in aliases)
        {
            if (rowOf(alias) is not { } row) AddOther(alias, shown);
            else if (row != shown) _moved.Add(row, shown);
        }
    }

    /// <summary>Returns the row of the person whose id has a row itself.</summary>
    public int ShownFor(int row) => _moved.Count > 0 && _moved.TryGetValue(row, out int shown) ? shown : row;

    /// <summary>Returns whether the row is not that of a person who has another one.</summary>
    public bool IsShown(int row) => !_moved.ContainsKey(row);

    /// <summary>Finds the row of the person whose id has none itself.</summary>
    public int? Find(string id) => _others.Find(id) is { } number ? _rowsOfOthers[number] : null;

    /// <summary>Returns the id that represents the person of a row; null when it is the id of the row.</summary>
    public string? PersonOf(int row) => _persons.GetValueOrDefault(row);

    /// <summary>Writes the links for <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_others.Count);
        foreach (var (id, row) in _others.Zip(_rowsOfOthers))
        {
            writer.Write(id);
            writer.Write(row);
        }

        writer.Write(_moved.Count);
        foreach (var (row, shown) in _moved)
        {
            writer.Write(row);
            writer.Write(shown);
        }

        writer.Write(_persons.Count);
        foreach (var (row, person) in _persons)
        {
            writer.Write(row);
            writer.Write(person);
        }
    }

    /// <summary>Reads the links of the same rows that <see cref="Write"/> has written.</summary>
    public static LinkedIds Read(BinaryReader reader, Func<string, int?> rowOf)
    {
        var links = new LinkedIds(rowOf);
        for (int count = reader.ReadInt32(); count > 0; count--) links.AddOther(reader.ReadString(), reader.ReadInt32());
        for (int count = reader.ReadInt32(); count > 0; count--) links._moved.Add(reader.ReadInt32(), reader.ReadInt32());
        for (int count = reader.ReadInt32(); count > 0; count--) links._persons.Add(reader.ReadInt32(), reader.ReadString());
        return links;
    }

    private void AddOther(string id, int row)
    {
        _others.Add(Encoding.UTF8.GetBytes(id));
        _rowsOfOthers.Add(row);
    }
}
