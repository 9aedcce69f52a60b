using System.Collections;

namespace InterestService.Api.Publishing.People;

/// <summary>
/// The persons behind the rows of a published clustering, as of now: rows of erased users are gone, joined ids are one person, and persons who
/// have opted out are not shown. All that lookups answer and count follows from it.
/// </summary>
internal sealed class CurrentPeople
{
    private readonly AssignedUsers _users;
    private readonly LinkedIds _links;
    private readonly BitArray? _erased;
    private readonly HashSet<string> _optedOut;
    private readonly HashSet<int> _hidden;

    /// <param name="users">The rows.</param>
    /// <param name="erased">The rows of erased users; null when there is none.</param>
    /// <param name="links">The linked ids.</param>
    /// <param name="optedOut">All ids of the persons who have opted out.</param>
    public CurrentPeople(AssignedUsers users, BitArray? erased, LinkedIds links, HashSet<string> optedOut)
    {
        (_users, _erased, _links, _optedOut) = (users, erased, links, optedOut);
        _hidden = [.. optedOut.Select(id => Find(id, RowOf(users, erased, id))).OfType<int>()];
    }

    /// <summary>The rows.</summary>
    public AssignedUsers Users => _users;

    /// <summary>The linked ids.</summary>
    public LinkedIds Links => _links;

    /// <summary>The rows of erased users; null when there is none.</summary>
    public BitArray? Erased => _erased;

    /// <summary>Returns whether an id, known to the clustering or not, is one of a person who has opted out.</summary>
    public bool HasOptedOut(string id) => _optedOut.Contains(id);

    /// <summary>Returns the row of the person whom an id belongs to; null when there is none, or none that may be shown.</summary>
    public int? FindRow(string id) => FindRow(id, out _);

    /// <summary>Finds the row of the person whom an id belongs to, without a new string where the id represents the person.</summary>
    /// <param name="id">The id.</param>
    /// <param name="person">The id that represents the person.</param>
    /// <returns>Null when there is no row, or none that may be shown.</returns>
    public int? FindRow(string id, out string person)
    {
        person = id;
        int? own = RowOf(_users, _erased, id);
        if (Find(id, own) is not { } row || IsHidden(row)) return null;
        person = row == own ? _links.PersonOf(row) ?? id : PersonOf(row);
        return row;
    }

    /// <summary>Returns whether a row is that of a person, and not of an alias beside it, who may be shown.</summary>
    public bool IsShown(int row) => !(_erased?[row] ?? false) && _links.IsShown(row) && !IsHidden(row);

    /// <summary>Returns the id that represents the person of a row that is shown.</summary>
    public string PersonOf(int row) => _links.PersonOf(row) ?? _users.Ids[row];

    /// <summary>Counts the persons of each cluster, by its index.</summary>
    public int[] Count(int clusters)
    {
        int[] counts = new int[clusters];
        for (int row = 0; row < _users.Count; row++)
            if (IsShown(row)) counts[_users[row].Cluster.Index]++;
        return counts;
    }

    /// <summary>Returns the row of an id itself, be it shown or not; null when it has none or belongs to an erased user.</summary>
    public static int? RowOf(AssignedUsers users, BitArray? erased, string id) =>
        users.Ids.Find(id) is { } row && !(erased?[row] ?? false) ? row : null;

    /// <summary>Writes the persons and their rows for <see cref="Read"/>; of erased users nothing but their number.</summary>
    public void Write(BinaryWriter writer)
    {
        _users.Write(writer, row => _erased?[row] ?? false);
        writer.Write(_erased is not null);
        for (int row = 0; row < _users.Count && _erased is not null; row++) writer.Write(_erased[row]);
        _links.Write(writer);
        writer.Write(_optedOut.Count);
        foreach (string id in _optedOut) writer.Write(id);
    }

    /// <summary>Reads persons that <see cref="Write"/> has written.</summary>
    public static CurrentPeople Read(BinaryReader reader)
    {
        var users = AssignedUsers.Read(reader);
        var erased = reader.ReadBoolean() ? new BitArray(users.Count) : null;
        for (int row = 0; row < users.Count && erased is not null; row++) erased[row] = reader.ReadBoolean();
        var links = LinkedIds.Read(reader, id => RowOf(users, erased, id));
        var optedOut = new HashSet<string>();
        for (int count = reader.ReadInt32(); count > 0; count--) optedOut.Add(reader.ReadString());
        return new CurrentPeople(users, erased, links, optedOut);
    }

    private bool IsHidden(int row) => _hidden.Count > 0 && _hidden.Contains(row);

    private int? Find(string id, int? own) => own is { } row ? _links.ShownFor(row) : _links.Find(id);
}
