using System.Collections.Frozen;

namespace InterestService.Api.Serving;

/// <summary>
/// The published clustering in memory: what the lookups answer from, so that they go on while PostgreSQL is away. It never
/// changes; a publish puts another one in its place.
/// </summary>
internal sealed class Snapshot
{
    private readonly FrozenDictionary<string, int> _rows;
    private readonly FrozenDictionary<int, ClusterResponse> _clusters;
    private readonly int[] _clusterIds;
    private readonly bool[] _noise;
    private readonly float[] _distances;
    private readonly ClusterMembership[][] _memberships;

    public Snapshot(
        Guid clusteringId,
        long version,
        DateTime assignedAt,
        IReadOnlyList<ClusterResponse> clusters,
        Dictionary<string, int> rows,
        int[] clusterIds,
        bool[] noise,
        float[] distances,
        ClusterMembership[][] memberships)
    {
        ClusteringId = clusteringId;
        Version = version;
        AssignedAt = assignedAt;
        Clusters = clusters;
        ETag = $"\"{clusteringId:N}\"";
        _rows = rows.ToFrozenDictionary();
        _clusters = clusters.ToFrozenDictionary(cluster => cluster.Id);
        _clusterIds = clusterIds;
        _noise = noise;
        _distances = distances;
        _memberships = memberships;
    }

    public Guid ClusteringId { get; }

    /// <summary>Of the publication that it was loaded for.</summary>
    public long Version { get; }

    public DateTime AssignedAt { get; }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<ClusterResponse> Clusters { get; }

    public int UserCount => _rows.Count;

    /// <summary>Strong: a clustering never changes once it has succeeded, so each answer follows from its id.</summary>
    public string ETag { get; }

    public ClusterResponse? FindCluster(int id) => _clusters.GetValueOrDefault(id);

    public UserClusterResponse? FindUser(string userId)
    {
        if (!_rows.TryGetValue(userId, out int row)) return null;
        var memberships = _memberships[row];
        int clusterId = _clusterIds[row];
        return new UserClusterResponse(
            userId, clusterId, _clusters[clusterId].Label, memberships.FirstOrDefault(m => m.ClusterId == clusterId)?.Probability ?? 0, memberships,
            _distances[row], _noise[row], ClusteringId, AssignedAt, Source: "batch");
    }
}
