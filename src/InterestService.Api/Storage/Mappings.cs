using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Text.Json;
using InterestService.Api.Storage.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace InterestService.Api.Storage;

/// <summary>What several tables of <see cref="InterestDbContext"/> have in common.</summary>
internal static class Mappings
{
    public static void Job<T>(EntityTypeBuilder<T> entity)
        where T : LongJob
    {
        entity.Property(x => x.State).HasConversion(s => JsonNamingPolicy.CamelCase.ConvertName(s.ToString()), s => Enum.Parse<JobState>(s, true));
        Json(entity.Property(x => x.Failure));
    }

    public static void Bytewise<T>(EntityTypeBuilder<T> entity, params Expression<Func<T, string?>>[] properties)
        where T : class
    {
        foreach (var property in properties) entity.Property(property).UseCollation("C");
    }

    public static void Json<T>(PropertyBuilder<T> property)
    {
        property.HasColumnType("jsonb").HasConversion(
            value => JsonSerializer.Serialize(value, InterestDbContext.JsonOptions),
            json => JsonSerializer.Deserialize<T>(json, InterestDbContext.JsonOptions)!,
            // The values are never changed in place, only replaced.
            new ValueComparer<T>((a, b) => ReferenceEquals(a, b), value => RuntimeHelpers.GetHashCode(value)));
    }

    /// <summary>Clusterings whose steps run in shards.</summary>
    public static void Shards(ModelBuilder model)
    {
        model.Entity<ShardedClustering>(e =>
        {
            e.ToTable("sharded_clusterings");
            e.HasKey(x => x.ClusteringId);
            e.HasOne<Clustering>().WithOne().HasForeignKey<ShardedClustering>(x => x.ClusteringId);
        });
        model.Entity<ClusteringShard>(e =>
        {
            e.ToTable("clustering_shards");
            e.HasIndex(x => new { x.ClusteringId, x.Number }).IsUnique();
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
            Bytewise(e, x => x.FirstUser, x => x.NextUser);
        });
        model.Entity<ShardUsers>(e =>
        {
            e.ToTable("shard_users");
            e.HasKey(x => new { x.ClusteringId, x.ShardNumber, x.Chunk });
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
        });
    }

    /// <summary>Keys of callers, and what callers have done.</summary>
    public static void AccessRecords(ModelBuilder model)
    {
        model.Entity<StoredApiKey>(e =>
        {
            e.ToTable("api_keys");
            e.HasKey(x => x.Name);
            Bytewise(e, x => x.Name);
        });
        model.Entity<AuditEntry>(e =>
        {
            e.Property(x => x.Id).UseIdentityAlwaysColumn();
            e.Property(x => x.Action).HasConversion(action => AuditTrail.Name(action), name => Enum.Parse<AuditAction>(name, true));
        });
    }
}
