using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Where the published clustering's own run put its users: a row a user, few and large arrays for millions of them.</summary>
internal sealed class AssignedUsers
{
    /// <summary>What <see cref="Add"/> reads.</summary>
    public const string Columns = "user_id, cluster_number, noise, strength, distance, memberships";

    private readonly List<AssignedUser> _users = [];
    private readonly List<StoredMembership> _memberships = [];

    public UserIds Ids { get; } = new();

    public int Count => _users.Count;

    public AssignedUser this[int row] => _users[row];

    /// <summary>The most probable clusters of a row, best first.</summary>
    public ReadOnlySpan<StoredMembership> MembershipsOf(in AssignedUser user) =>
        CollectionsMarshal.AsSpan(_memberships).Slice(user.FirstMembership, user.MembershipCount);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(CopyReader reader)
    {
        Ids.Add(reader.Bytes());
        int cluster = reader.Int32();
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
/// <param name="Distance">To the cluster's centroid.</param>
/// <param name="Strength">Null but of HDBSCAN.</param>
/// <param name="Noise">True when the cluster is only the nearest one.</param>
/// <param name="MembershipCount">How many memberships,</param>
/// <param name="FirstMembership">from where.</param>
internal readonly record struct AssignedUser(
    int Cluster, float Distance, float? Strength, bool Noise, short MembershipCount, int FirstMembership);
