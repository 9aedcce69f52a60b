using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    public UserIds Ids { get; } = new();

    public int Count => _users.Count;

    public AssignedUser this[int row] => _users[row];

    /// <summary>The most probable clusters of a row, best first.</summary>
    public ReadOnlySpan<StoredMembership> MembershipsOf(scoped in AssignedUser user) =>
        CollectionsMarshal.AsSpan(_memberships).Slice(user.FirstMembership, user.MembershipCount);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(CopyReader reader)
    {
        Ids.Add(reader.Bytes());
        var cluster = new ClusterNumber(reader.Int32());
        bool noise = reader.Boolean();
        float? strength = reader.SingleOrNull();
        float distance = reader.Single();
        var memberships = Packed.Unpack<StoredMembership>(reader.Bytes());
        _users.Add(new AssignedUser(cluster, distance, strength, noise, (short)memberships.Length, _memberships.Count));
        _memberships.AddRange(memberships);
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
