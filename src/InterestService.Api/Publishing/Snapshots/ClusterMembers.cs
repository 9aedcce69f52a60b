using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Lists the persons of the clusters of a snapshot in the order of their ids, byte by byte. A list is made on its first use.</summary>
internal sealed class ClusterMembers(Snapshot snapshot)
{
    private readonly ConcurrentDictionary<ClusterNumber, Member[]> _lists = [];

    /// <summary>Returns the ids of the persons of a cluster that come after an id.</summary>
    /// <param name="number">Number of the cluster.</param>
    /// <param name="after">An id, of a person or not; empty for the first ones.</param>
    /// <param name="limit">Maximum number of ids.</param>
    public IReadOnlyList<string> Read(ClusterNumber number, string after, int limit)
    {
        var list = _lists.GetOrAdd(number, List);
        byte[] id = Encoding.UTF8.GetBytes(after);
        int first = 0, end = list.Length; // the first one after the id lies in first .. end
        while (first < end)
        {
            int middle = (first + end) / 2;
            if (TextOf(list[middle]).SequenceCompareTo(id) <= 0) first = middle + 1;
            else end = middle;
        }

        return [.. list.Skip(first).Take(limit).Select(member => Encoding.UTF8.GetString(TextOf(member)))];
    }

    private Member[] List(ClusterNumber number)
    {
        var people = snapshot.People;
        var members = new List<Member>(snapshot.ClusterOfNumber(number).Users);
        for (int row = 0; row < snapshot.RowCount; row++)
        {
            if (snapshot.Rows[row].Cluster == number && people.IsShown(row))
                members.Add(new Member(row, people.Links.PersonOf(row) is { } person ? Encoding.UTF8.GetBytes(person) : null));
        }

        foreach (var user in snapshot.IncrementalUsers.Where(user => user.Placement.ClusterNumber == number))
            members.Add(new Member(-1, Encoding.UTF8.GetBytes(user.Placement.UserId)));
        CollectionsMarshal.AsSpan(members).Sort((a, b) => TextOf(a).SequenceCompareTo(TextOf(b)));
        return [.. members];
    }

    private ReadOnlySpan<byte> TextOf(Member member) => member.Id ?? snapshot.Rows.Ids.TextOf(member.Row);

    /// <param name="Row">Row of the person; -1 without one.</param>
    /// <param name="Id">UTF-8 id of the person; null where it is that of the row.</param>
    private readonly record struct Member(int Row, byte[]? Id);
}
