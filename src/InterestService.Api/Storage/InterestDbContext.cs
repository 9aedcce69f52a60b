using System.Text.Json;
using System.Text.Json.Serialization;
using InterestService.Api.Requests;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using static InterestService.Api.Storage.Mappings;

namespace InterestService.Api.Storage;

/// <summary>
/// The database schema. Every unique key of a large table begins with <c>user_id</c>, so that the table can be distributed by user without
/// a change. Ids are compared byte by byte (collation C), which is faster and the same on every server.
/// </summary>
internal sealed class InterestDbContext(DbContextOptions<InterestDbContext> options) : DbContext(options)
{
    /// <summary>Sequence of the batches of arriving events; see <see cref="Event.Arrival"/>.</summary>
    public const string ArrivalSequence = "event_arrival";

    /// <summary>Sequence of the ids of clusters.</summary>
    public const string ClusterIdSequence = "cluster_ids";

    /// <summary>Sequence of the numbers of leases.</summary>
    public const string LeaseNumberSequence = "lease_numbers";

    /// <summary>Serializer options of <c>jsonb</c> columns, the same as those of the API.</summary>
    public static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = RegisteredOptions.CreateJsonResolver(),
    };

    public DbSet<Event> Events => Set<Event>();

    public DbSet<Item> Items => Set<Item>();

    /// <summary>The clusterings that have not been deleted.</summary>
    public DbSet<Clustering> Clusterings => Set<Clustering>();

    public DbSet<Comparison> Comparisons => Set<Comparison>();

    public DbSet<ProgressEvent> ProgressEvents => Set<ProgressEvent>();

    public DbSet<StoredIdempotencyKey> IdempotencyKeys => Set<StoredIdempotencyKey>();

    public DbSet<Cluster> Clusters => Set<Cluster>();

    public DbSet<ClusterName> ClusterNames => Set<ClusterName>();

    public DbSet<ClusterItem> ClusterItems => Set<ClusterItem>();

    public DbSet<Assignment> Assignments => Set<Assignment>();

    public DbSet<Model> Models => Set<Model>();

    public DbSet<PopulationShare> PopulationShares => Set<PopulationShare>();

    public DbSet<StoredItemCommunity> ItemCommunities => Set<StoredItemCommunity>();

    public DbSet<StoredMergeTree> MergeTrees => Set<StoredMergeTree>();

    public DbSet<UserLabel> UserLabels => Set<UserLabel>();

    public DbSet<UserJoin> UserJoins => Set<UserJoin>();

    public DbSet<UserLink> UserLinks => Set<UserLink>();

    public DbSet<OptOut> OptOuts => Set<OptOut>();

    public DbSet<Erasure> Erasures => Set<Erasure>();

    public DbSet<ErasedItem> ErasedItems => Set<ErasedItem>();

    public DbSet<Publication> Publications => Set<Publication>();

    public DbSet<StoredApiKey> ApiKeys => Set<StoredApiKey>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<ClusterNumber>().HaveConversion<NumberConverter>();
        configurationBuilder.Properties<ClusterId>().HaveConversion<IdConverter>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasSequence<long>(ArrivalSequence);
        modelBuilder.HasSequence<int>(ClusterIdSequence);
        modelBuilder.HasSequence<long>(LeaseNumberSequence);
        modelBuilder.Entity<Event>(e =>
        {
            e.HasKey(x => new { x.UserId, x.OccurredAt, x.EventKey });
            e.HasIndex(x => new { x.UserId, x.EventId }).IsUnique().HasFilter("event_id IS NOT NULL");
            // Few events follow from recommendations.
            e.HasIndex(x => x.OccurredAt).HasFilter("recommendation_id IS NOT NULL");
            e.HasIndex(x => x.Arrival).HasMethod("brin").HasStorageParameter("autosummarize", true); // rows are stored roughly in this order
            Bytewise(e, x => x.UserId, x => x.ItemId, x => x.EventType, x => x.EventId);
        });
        modelBuilder.Entity<Item>(e =>
        {
            e.HasKey(x => x.ItemId);
            e.HasIndex(x => x.Arrival);
            e.Property(x => x.Arrival).HasDefaultValue(0L);
            e.Property(x => x.TitleAt).HasDefaultValueSql("'-infinity'");
            e.Property(x => x.CategoriesAt).HasDefaultValueSql("'-infinity'");
            Bytewise(e, x => x.ItemId);
        });
        modelBuilder.Entity<Clustering>(e =>
        {
            e.ToTable("clusterings");
            Job(e);
            Json(e.Property(x => x.Request));
            Json(e.Property(x => x.Cleaning));
            Json(e.Property(x => x.Sources));
            Json(e.Property(x => x.RatingScales).HasDefaultValueSql("'[]'"));
            Json(e.Property(x => x.Metrics));
            Json(e.Property(x => x.Map));
            Json(e.Property(x => x.Selection));
            Json(e.Property(x => x.Gates));
            Json(e.Property(x => x.Lineage));
            e.HasQueryFilter(x => x.DeletedAt == null);
            e.HasMany(x => x.ClusterProfiles).WithOne().HasForeignKey(x => x.ClusteringId).HasConstraintName("fk_clusters_clusterings_clustering_id");
        });
        Shards(modelBuilder);
        modelBuilder.Entity<Comparison>(e =>
        {
            Job(e);
            Json(e.Property(x => x.Request));
            Json(e.Property(x => x.Rows));
            Json(e.Property(x => x.Winner));
        });
        modelBuilder.Entity<ProgressEvent>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.Number });
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
        });
        modelBuilder.Entity<StoredLease>(e =>
        {
            e.ToTable("leases");
            // As part of a unique index, a number changes only when no transaction holds a key share lock of the row.
            e.HasIndex(x => x.Number).IsUnique();
        });
        modelBuilder.Entity<StoredIdempotencyKey>(e =>
        {
            e.ToTable("idempotency_keys");
            e.HasKey(x => x.Key);
        });
        modelBuilder.Entity<Cluster>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.Number });
            Json(e.Property(x => x.Profile));
        });
        modelBuilder.Entity<ClusterName>(e =>
        {
            e.HasKey(x => x.ClusterId);
            e.Property(x => x.ClusterId).ValueGeneratedNever();
        });
        modelBuilder.Entity<ClusterItem>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.ClusterNumber, x.ItemId });
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
            Bytewise(e, x => x.ItemId);
        });
        modelBuilder.Entity<Assignment>(e =>
        {
            e.HasKey(x => new { x.UserId, x.ClusteringId });
            e.HasIndex(x => new { x.ClusteringId, x.Increment });
            e.Property(x => x.Increment).HasDefaultValue(0L);
            e.HasIndex(x => x.ClusteringId).HasFilter("map_x IS NOT NULL"); // of a million users few are on the map
            Bytewise(e, x => x.UserId);
        });
        modelBuilder.Entity<Model>(e =>
        {
            e.HasKey(x => x.ClusteringId);
            e.HasOne<Clustering>().WithOne().HasForeignKey<Model>(x => x.ClusteringId);
        });
        modelBuilder.Entity<PopulationShare>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.Dimension, x.Name });
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
            Bytewise(e, x => x.Dimension, x => x.Name);
        });
        modelBuilder.Entity<StoredItemCommunity>(e =>
        {
            e.HasKey(x => new { x.ClusteringId, x.ItemId });
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId);
            Bytewise(e, x => x.ItemId);
        });
        modelBuilder.Entity<StoredMergeTree>(e =>
        {
            e.ToTable("merge_trees");
            e.HasKey(x => x.ClusteringId);
            e.HasOne<Clustering>().WithOne().HasForeignKey<StoredMergeTree>(x => x.ClusteringId);
            Json(e.Property(x => x.Merges));
        });
        modelBuilder.Entity<UserLabel>(e =>
        {
            e.HasKey(x => x.UserId);
            Bytewise(e, x => x.UserId);
        });
        modelBuilder.Entity<UserJoin>(e =>
        {
            e.HasKey(x => new { x.UserId, x.Alias });
            e.HasIndex(x => x.Alias);
            e.Property(x => x.Number).UseIdentityByDefaultColumn();
            Bytewise(e, x => x.UserId, x => x.Alias);
        });
        modelBuilder.Entity<UserLink>(e =>
        {
            e.HasKey(x => x.Alias);
            e.HasIndex(x => x.UserId);
            Bytewise(e, x => x.Alias, x => x.UserId);
        });
        modelBuilder.Entity<OptOut>(e =>
        {
            e.HasKey(x => x.UserId);
            Bytewise(e, x => x.UserId);
        });
        modelBuilder.Entity<Erasure>(e =>
        {
            e.HasIndex(x => x.UserId).HasFilter("removed_by IS NULL");
            e.Property(x => x.RemovedBy).HasColumnType("xid8");
            Bytewise(e, x => x.UserId);
        });
        modelBuilder.Entity<ErasedItem>(e => Bytewise(e, x => x.ItemId));
        AccessRecords(modelBuilder);
        modelBuilder.Entity<Publication>(e =>
        {
            e.Property(x => x.Id).ValueGeneratedNever();
            e.Property(x => x.Increments).HasDefaultValue(0L);
            e.Property(x => x.People).HasDefaultValue(0L);
            e.Property(x => x.Links).HasDefaultValue(0L);
            e.Property(x => x.Names).HasDefaultValue(0L);
            e.HasOne<Clustering>().WithMany().HasForeignKey(x => x.ClusteringId).OnDelete(DeleteBehavior.Restrict);
            e.ToTable("publication", t => t.HasCheckConstraint("only_one_row", $"id = {Publication.OnlyRow}"));
        });
    }

    private sealed class NumberConverter() : ValueConverter<ClusterNumber, int>(number => number.Value, value => new ClusterNumber(value));

    private sealed class IdConverter() : ValueConverter<ClusterId, int>(id => id.Value, value => new ClusterId(value));
}
