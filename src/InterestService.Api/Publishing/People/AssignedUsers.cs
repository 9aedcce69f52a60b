using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.People;

/// <summary>Assignments of the published clustering's own run, a row for each user, in a few large arrays for millions of users.</summary>
internal sealed class AssignedUsers
{
    /// <summary>Columns that <see cref="Add"/> reads.</summary>
    public const string Columns = "user_id, cluster_number, noise, strength, distance, memberships";

    private readonly List<AssignedUser> _users = [];
    private readonly List<StoredMembership> _memberships = [];

    public UserIds Ids { get; private init; } = new();

    public int Count => _users.Count;

    public AssignedUser this[int row] => _users[row];

    /// <summary>The most probable clusters of a row, best first.</summary>
    public ReadOnlySpan<StoredMembership> MembershipsOf(scoped in AssignedUser user) =>
        CollectionsMarshal.AsSpan(_memberships).Slice(user.FirstMembership, user.MembershipCount);

    /// <summary>Adds the next row of a query for <see cref="Columns"/>.</summary>
    /// <param name="reader">The query.</param>
    /// <param name="holds">Returns whether the row of an id in UTF-8 is added; null adds all.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(CopyReader reader, Func<ReadOnlySpan<byte>, bool>? holds)
    {
        var id = reader.Bytes();
        if (holds is not null && !holds(id)) return;
        Ids.Add(id);
        var cluster = new ClusterNumber(reader.Int32());
        bool noise = reader.Boolean();
        float? strength = reader.SingleOrNull();
        float distance = reader.Single();
        AddRow(cluster, noise, strength, distance, Packed.Unpack<StoredMembership>(reader.Bytes()));
    }

    /// <summary>Returns these rows followed by others; this object does not change, so that it can be read meanwhile.</summary>
    public AssignedUsers With(AssignedUsers others)
    {
        var all = new AssignedUsers { Ids = Ids.Copy() };
        all._users.AddRange(_users);
        all._memberships.AddRange(_memberships);
        for (int row = 0; row < others.Count; row++)
        {
            var user = others[row];
            all.Ids.Add(others.Ids.TextOf(row));
            all.AddRow(user.Cluster, user.Noise, user.Strength, user.Distance, others.MembershipsOf(user));
        }

        return all;
    }

    /// <summary>Writes the rows for <see cref="Read"/>.</summary>
    /// <param name="writer">Receives the rows.</param>
    /// <param name="isErased">Returns whether the id of a row must not be written.</param>
    public void Write(BinaryWriter writer, Func<int, bool> isErased)
    {
        writer.Write(Count);
        for (int row = 0; row < Count; row++)
        {
            // A row of an erased user keeps its place, under an id that no user can have.
            Write(writer, isErased(row) ? Encoding.UTF8.GetBytes($"\0{row}") : Ids.TextOf(row));
            var user = _users[row];
            writer.Write(user.Cluster.Value);
            writer.Write(user.Noise);
            writer.Write(user.Strength ?? float.NaN);
            writer.Write(user.Distance);
            Write(writer, MemoryMarshal.AsBytes(MembershipsOf(user)));
        }
    }

    /// <summary>Reads rows that <see cref="Write(BinaryWriter, Func{int, bool})"/> has written.</summary>
    public static AssignedUsers Read(BinaryReader reader)
    {
        var users = new AssignedUsers();
        for (int count = reader.ReadInt32(); users.Count < count;)
        {
            users.Ids.Add(reader.ReadBytes(reader.ReadInt32()));
            var cluster = new ClusterNumber(reader.ReadInt32());
            bool noise = reader.ReadBoolean();
            float strength = reader.ReadSingle(), distance = reader.ReadSingle();
            users.AddRow(cluster, noise, float.IsNaN(strength) ? null : strength, distance, MemoryMarshal.Cast<byte, StoredMembership>(reader.ReadBytes(reader.ReadInt32()).AsSpan()));
        }

        return users;
    }

    private void AddRow(ClusterNumber cluster, bool noise, float? strength, float distance, ReadOnlySpan<StoredMembership> memberships)
    {
        _users.Add(new AssignedUser(cluster, distance, strength, noise, (short)memberships.Length, _memberships.Count));
        _memberships.AddRange(memberships);
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}

/// <summary>A row of <see cref="AssignedUsers"/>.</summary>
/// <param name="Cluster">Number of the user's cluster within the clustering.</param>
/// <param name="Distance">Distance to the centroid of the cluster.</param>
/// <param name="Strength">Null unless the algorithm is HDBSCAN.</param>
/// <param name="Noise">True when the cluster is only the nearest one.</param>
/// <param name="MembershipCount">Number of memberships.</param>
/// <param name="FirstMembership">Position of the first membership.</param>
internal readonly record struct AssignedUser(
    ClusterNumber Cluster, float Distance, float? Strength, bool Noise, short MembershipCount, int FirstMembership);
